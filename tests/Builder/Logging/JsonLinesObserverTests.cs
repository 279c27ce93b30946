using System.Text;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Logging;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Builder.Tests.Logging;

public sealed class JsonLinesObserverTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly MemoryStream _output = new();

    [Fact]
    public void Observe_EachEvent_IsOneJsonLine()
    {
        var observer = Observer();
        observer.Observe(new BuildEvent.StageReached(BuildStage.Connected, TimeSpan.FromSeconds(1.5)));
        observer.Observe(new BuildEvent.Output("setup", OutputStream.Stderr, "line with \"quotes\" and\ttab"));
        observer.Observe(new BuildEvent.Ended(TargetPhase.Failed, new() { Stage = BuildStage.Provisioned, Reason = "ProvisionerFailed", Message = "no" }, []));

        var lines = Lines();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, l => Assert.Equal("n/b", l.GetProperty("build").GetString()));
        Assert.Equal(1.5, lines[0].GetProperty("seconds").GetDouble());
        Assert.Equal("line with \"quotes\" and\ttab", lines[1].GetProperty("message").GetString());
        Assert.Equal("stderr", lines[1].GetProperty("stream").GetString());
        Assert.Equal("error", lines[2].GetProperty("level").GetString());
        Assert.Equal("ProvisionerFailed", lines[2].GetProperty("reason").GetString());
    }

    [Fact]
    public void Observe_ProgressOften_IsWrittenNowAndThen()
    {
        var observer = Observer();
        for (var i = 0; i < 100; i++)
        {
            observer.Observe(new BuildEvent.Progress("downloading source", i / 100.0));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(2, Lines().Count);
    }

    private JsonLinesObserver Observer() => new(new("u", "n", "b", "lab", 1), _output, _time);

    private List<JsonElement> Lines() =>
        [.. Encoding.UTF8.GetString(_output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
}
