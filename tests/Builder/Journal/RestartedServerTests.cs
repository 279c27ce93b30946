using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Journal;
using ImageOperator.Builder.Pod;
using ImageOperator.Engine.Events;
using k8s.Autorest;

namespace ImageOperator.Builder.Tests.Journal;

/// <summary>An API server that has just started answers plain 404 for custom kinds and 403 to everyone: neither says anything of the build.</summary>
public sealed class RestartedServerTests
{
    private const string Refusal = """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"no"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_ServerJustStarted_IsWrittenInTheEnd()
    {
        using var server = new RestartedServer((404, "404 page not found\n"), (403, Refusal), (503, "starting"), (403, Refusal), (200, "{}"));
        using var client = Client(server);

        await Journal(client).SaveAsync(new() { Name = "lab", Stage = BuildStage.Tested }, Token);

        Assert.Equal(5, server.Requests);
    }

    [Fact]
    public async Task Save_RefusedForGood_GivesUp()
    {
        using var server = new RestartedServer((403, Refusal));
        using var client = Client(server);

        var e = await Assert.ThrowsAsync<HttpOperationException>(() => Journal(client).SaveAsync(new() { Name = "lab" }, Token));

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, e.Response.StatusCode);
        Assert.True(server.Requests > 5);
    }

    private static StatusJournal Journal(BuildClient client) => new(client, new("u", "n", "b", "lab", 1), new Deaf(), new LeapingTime());

    private static BuildClient Client(RestartedServer server) =>
        new(new PodOptions { Namespace = "n", Build = "b", Uid = "u", Target = "lab", Kubeconfig = server.Kubeconfig });

    private sealed class Deaf : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
        }
    }
}
