using System.Net;
using ImageOperator.Builder.Journal;
using k8s.Autorest;

namespace ImageOperator.Builder.Tests.Journal;

public sealed class ApiFailureTests
{
    private const string FieldConflict =
        """{"details":{"causes":[{"reason":"FieldManagerConflict","field":".status.targets[name=\"a\"].attempt"}]}}""";

    [Theory]
    [InlineData(HttpStatusCode.Conflict, FieldConflict, true)]
    [InlineData(HttpStatusCode.Conflict, """{"message":"the object has been modified"}""", false)]
    [InlineData(HttpStatusCode.Conflict, "not JSON", false)]
    [InlineData(HttpStatusCode.NotFound, """{"kind":"Status","reason":"NotFound"}""", true)]
    [InlineData(HttpStatusCode.NotFound, "404 page not found", false)]
    [InlineData(HttpStatusCode.Forbidden, "", false)]
    public void IsFenced_Answer_IsTold(HttpStatusCode status, string content, bool fenced) =>
        Assert.Equal(fenced, ApiFailure.IsFenced(Error(status, content)));

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.Unauthorized, true)]
    [InlineData(HttpStatusCode.NotFound, true)]
    [InlineData(HttpStatusCode.Forbidden, false)]
    [InlineData(HttpStatusCode.UnprocessableEntity, false)]
    public void IsTransient_Answer_IsTold(HttpStatusCode status, bool transient) =>
        Assert.Equal(transient, ApiFailure.IsTransient(Error(status, ""), CancellationToken.None));

    [Fact]
    public void IsTransient_CallTimedOut_IsTransientUnlessWeAreToStop()
    {
        Assert.True(ApiFailure.IsTransient(new TaskCanceledException(), CancellationToken.None));
        Assert.False(ApiFailure.IsTransient(new TaskCanceledException(), new CancellationToken(canceled: true)));
    }

    private static HttpOperationException Error(HttpStatusCode status, string content)
    {
        using var response = new HttpResponseMessage(status);
        return new HttpOperationException("failed") { Response = new HttpResponseMessageWrapper(response, content) };
    }
}
