using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Client;

public sealed class ApiErrorsTests
{
    private static readonly ApiCall Call = new("watch", HttpMethod.Get, ResourceKind.Of<V1Pod>(), new("ns", ""));

    [Theory]
    [InlineData(404, "NotFound", ApiError.NotFound)]
    [InlineData(404, null, ApiError.Transient)]
    [InlineData(409, "Conflict", ApiError.Conflict)]
    [InlineData(409, "AlreadyExists", ApiError.AlreadyExists)]
    [InlineData(410, "Expired", ApiError.Expired)]
    [InlineData(410, "Gone", ApiError.Expired)]
    [InlineData(422, "Invalid", ApiError.Invalid)]
    [InlineData(400, "BadRequest", ApiError.Invalid)]
    [InlineData(413, null, ApiError.Invalid)]
    [InlineData(401, "Unauthorized", ApiError.Forbidden)]
    [InlineData(403, "Forbidden", ApiError.Forbidden)]
    [InlineData(429, "TooManyRequests", ApiError.TooManyRequests)]
    [InlineData(408, null, ApiError.Transient)]
    [InlineData(500, "InternalError", ApiError.Transient)]
    [InlineData(503, null, ApiError.Transient)]
    [InlineData(504, "Timeout", ApiError.Transient)]
    public void FromStatus_Table(int code, string? reason, ApiError expected)
    {
        var e = ApiErrors.FromStatus(Call, code, new() { Reason = reason, Message = "words", Details = new() { RetryAfterSeconds = 7 } });
        Assert.Equal((expected, code, TimeSpan.FromSeconds(7)), (e.Error, e.StatusCode, e.RetryAfter));
        Assert.Equal($"watch Pod in ns: {reason ?? expected.ToString()} ({code}): words", e.Message);
    }

    [Fact]
    public void FromStatus_NoStatus_SaysTheBody() =>
        Assert.Equal("watch Pod in ns: Transient (502): bad gateway", ApiErrors.FromStatus(Call, 502, null, body: "bad gateway").Message);

    [Fact]
    public void Parse_ErrorInStream_IsExpired()
    {
        var e = Assert.Throws<ApiException>(() => WatchLine.Parse<V1Pod>("""{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}}""", Call));
        Assert.Equal(ApiError.Expired, e.Error);
    }

    [Fact]
    public void Parse_Bookmark_HasOnlyTheVersion() => Assert.Equal(
        new(WatchType.Bookmark, "12", null),
        WatchLine.Parse<V1Pod>("""{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"12"},"spec":{"containers":null}}}""", Call));

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"type":"NEWS","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":7}}""")]
    public void Parse_Garbage_IsTransient(string line) => Assert.Equal(ApiError.Transient, Assert.Throws<ApiException>(() => WatchLine.Parse<V1Pod>(line, Call)).Error);
}
