using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Events;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageOperator.Runtime.Tests.Events;

[Collection(ClusterCollection.Name)]
[Trait("Category", "Cluster")]
public sealed class EventRecorderTests(ApiServerFixture server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_Repeats_BecomeASeries()
    {
        var (client, map) = await MapAsync();
        await RecordAsync(client, recorder =>
        {
            for (var i = 0; i < 3; i++)
            {
                recorder.Record(map, EventSeverity.Warning, "BuildFailed", "Build", "it failed");
            }

            recorder.Record(map, EventSeverity.Normal, "BuildFailed", "Build", "it failed");
        });
        var events = await EventsAsync(client, map);
        Assert.Equal(2, events.Count);
        var series = Assert.Single(events, e => e.Type == "Warning");
        Assert.Equal((3, "BuildFailed", "Build", "it failed"), (series.Series.Count, series.Reason, series.Action, series.Note));
        Assert.Equal((map.Metadata.Uid, "ConfigMap", "image-operator", "pod-1"), (series.Regarding.Uid, series.Regarding.Kind, series.ReportingController, series.ReportingInstance));
    }

    [Fact]
    public async Task Record_AfterARestart_GoesOnWithTheSeries()
    {
        var (client, map) = await MapAsync();
        for (var life = 0; life < 3; life++)
        {
            await RecordAsync(client, recorder => recorder.Record(map, EventSeverity.Normal, "Done", "Build", "done"));
        }

        Assert.Equal(3, Assert.Single(await EventsAsync(client, map)).Series.Count);
    }

    [Fact]
    public async Task Record_EventGone_IsMadeAnew()
    {
        var (client, map) = await MapAsync();
        var recorder = Recorder(client);
        var running = recorder.RunAsync(Ct);
        recorder.Record(map, EventSeverity.Normal, "Done", "Build", "done");
        await Eventually.True(async () => (await EventsAsync(client, map)).Count == 1);
        await client.DeleteAsync<Eventsv1Event>(ObjectKey.Of((await EventsAsync(client, map))[0]), null, Ct);
        recorder.Record(map, EventSeverity.Normal, "Done", "Build", "done");
        recorder.Complete();
        await running;
        Assert.Null(Assert.Single(await EventsAsync(client, map)).Series);
    }

    [Fact]
    public async Task Record_LongNote_IsCutAtTheServersLimit()
    {
        var (client, map) = await MapAsync();
        await RecordAsync(client, recorder => recorder.Record(map, EventSeverity.Normal, "Long", "Test", new string('ä', 2000)));
        Assert.Equal(new string('ä', 510) + "…", Assert.Single(await EventsAsync(client, map)).Note);
    }

    [Fact]
    public async Task Record_ServerRefuses_FailsNothing()
    {
        var (_, map) = await MapAsync();
        await RecordAsync(server.Nobody(), recorder => recorder.Record(map, EventSeverity.Normal, "Done", "Build", "done"));
        await RecordAsync(server.Client(FreePort.Next()), recorder => recorder.Record(map, EventSeverity.Normal, "Done", "Build", "done"));
    }

    [Fact]
    public async Task Record_ManyDifferent_AreLimitedPerObject()
    {
        var (client, map) = await MapAsync();
        await RecordAsync(client, recorder =>
        {
            for (var i = 0; i < 60; i++)
            {
                recorder.Record(map, EventSeverity.Normal, "Chatty", "Test", $"note {i}");
            }
        });
        Assert.InRange((await EventsAsync(client, map)).Count, 25, 30);
    }

    private static EventRecorder Recorder(IClient client) => new(client, "image-operator", "pod-1", TestMetrics.Create(), TimeProvider.System, NullLogger<EventRecorder>.Instance);

    private static async Task RecordAsync(IClient client, Action<IEventRecorder> record)
    {
        var recorder = Recorder(client);
        record(recorder);
        recorder.Complete();
        await recorder.RunAsync(Ct);
    }

    private async Task<(IClient Client, V1ConfigMap Map)> MapAsync()
    {
        var client = server.Client();
        return (client, await client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "m", NamespaceProperty = await server.NamespaceAsync() } }, Ct));
    }

    private static async Task<List<Eventsv1Event>> EventsAsync(IClient client, V1ConfigMap map) =>
        await client.ListAsync<Eventsv1Event>(new() { Namespace = map.Metadata.NamespaceProperty }, Ct).ToListAsync(Ct);
}
