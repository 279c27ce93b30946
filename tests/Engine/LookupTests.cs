using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class LookupTests
{
    [Fact]
    public async Task Lookup_IsResolvedOnceAndRecorded()
    {
        var answers = new Answers("""{"tag": "v1.2", "assets": [{"id": 1}]}""", """{"tag": "v9", "assets": [{"id": 9}]}""");
        var scenario = With(answers, new() { Name = "release", Http = new() { Url = "https://example.com/$(params.repo)" } });

        scenario.RunUntilKilled(scenario.NextProcess(killAt: 12));
        scenario.Restart();
        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(TargetPhase.Succeeded, status.Phase);
        Assert.Equal(["https://example.com/web"], answers.Asked);
        var lookup = Assert.Single(status.Lookups!);
        Assert.Equal(("release", """{"assets":[{"id":1}],"tag":"v1.2"}"""), (lookup.Name, lookup.Value));
        Assert.Contains("get v1.2 1", Assert.Single(scenario.World.Made, r => r.Key == "build/machine" && r.Commands.Count > 0).Commands);
        Assert.Contains(status.Inputs!, i => i.Name == "lookups.release");
    }

    [Fact]
    public async Task Lookup_Select_MakesTheValue_AndCountsForTheDigest()
    {
        var lookup = new Lookup { Name = "release", Http = new() { Url = "https://example.com" }, Select = "{tag: self.tag, assets: self.assets}" };
        var one = (await With(new Answers("""{"tag": "a", "assets": [{"id": 1}], "other": 1}"""), lookup).RunAsync()).Status;
        var same = (await With(new Answers("""{"other": 2, "assets": [{"id": 1}], "tag": "a"}"""), lookup).RunAsync()).Status;
        var other = (await With(new Answers("""{"tag": "b", "assets": [{"id": 1}]}"""), lookup).RunAsync()).Status;

        Assert.Equal("""{"assets":[{"id":1}],"tag":"a"}""", Assert.Single(one.Lookups!).Value);
        Assert.Equal(one.InputsDigest, same.InputsDigest);
        Assert.NotEqual(one.InputsDigest, other.InputsDigest);
    }

    [Fact]
    public async Task Lookup_Sensitive_IsAHashInStatusAndMasked()
    {
        var scenario = With(new Answers("""{"tag": "c4n4ry-tag", "assets": [{"id": "c4n4ry-id"}]}"""), new() { Name = "release", Http = new() { Url = "https://example.com" }, Sensitive = true });
        scenario.World.Commands["get c4n4ry-tag c4n4ry-id"] = run =>
        {
            run.Print(OutputStream.Stdout, "got c4n4ry-tag");
            return Task.FromResult(1);
        };

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal("got ***", status.Failure!.LogTail);
        var lookup = Assert.Single(status.Lookups!);
        Assert.Null(lookup.Value);
        Assert.Matches("^[0-9a-f]{16}$", lookup.Digest);
        Assert.DoesNotContain(scenario.World.Store.History, h => h.Contains("c4n4ry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "not there", "lookups[release]: not there")]
    [InlineData("self.tag.x", null, "lookups[release]: select: column 10: a string has no members")]
    public async Task Lookup_WithoutAValue_FailsBeforeAnythingIsMade(string? select, string? error, string message)
    {
        var scenario = With(new Answers("""{"tag": "a"}""") { Error = error }, new() { Name = "release", Http = new() { Url = "https://example.com" }, Select = select });

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((Reasons.LookupFailed, message), (status.Failure!.Reason, status.Failure.Message));
        Assert.Empty(scenario.World.Made);
    }

    [Fact]
    public async Task Lookup_AwayInALaterAttempt_TheImageIsNotGivenUp()
    {
        var answers = new Answers("""{"tag": "v1", "assets": [{"id": 1}]}""");
        var scenario = With(answers, new() { Name = "release", Http = new() { Url = "https://example.com" }, Sensitive = true });
        var killed = scenario.NextProcess();
        killed.AtPoint = (_, name) => { if (name == "platform.publish") killed.Kill(); };
        scenario.RunUntilKilled(killed);
        scenario.Restart();
        (answers.Error, answers.Errors) = ("503", 5);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal(TargetPhase.Succeeded, status.Phase);
        Assert.Equal(7, answers.Asked.Count);
    }

    [Fact]
    public async Task Lookup_GoneForGoodInALaterAttempt_EverythingIsRemovedByIt()
    {
        var answers = new Answers("""{"tag": "v1", "assets": [{"id": 1}]}""");
        var scenario = With(answers, new() { Name = "release", Http = new() { Url = "https://example.com" }, Sensitive = true });
        var killed = scenario.NextProcess();
        killed.AtPoint = (_, name) => { if (name == "platform.publish") killed.Kill(); };
        scenario.RunUntilKilled(killed);
        scenario.Restart();
        (answers.Error, answers.Kind) = ("404", FailureKind.Terminal);

        var status = (await scenario.RunAsync()).Status;

        Assert.Equal((TargetPhase.Failed, Reasons.LookupFailed), (status.Phase, status.Failure!.Reason));
        Assert.Null(status.CleanupErrors);
        scenario.AssertClean(published: 0);
    }

    [Fact]
    public async Task LookupOfAnotherPlatform_IsNullAndAsksNobody()
    {
        var answers = new Answers("1");
        var scenario = With(answers, new() { Name = "release", Aws = new() { Parameter = "/x" } }, "get $(lookups.release ?? \"none\")");

        var status = (await scenario.RunAsync()).Status;

        Assert.Null(status.Failure);
        Assert.Null(status.Lookups);
        Assert.Empty(answers.Asked);
        Assert.Contains("get none", Assert.Single(scenario.World.Made, r => r.Key == "build/machine" && r.Commands.Count > 0).Commands);
    }

    private static Scenario With(Answers answers, Lookup lookup, string command = "get $(lookups.release.tag) $(lookups.release.assets[0].id)") => new()
    {
        Lookups = answers,
        Template = Specs.Template() with
        {
            Parameters = [new() { Name = "repo" }],
            Lookups = [lookup],
            Provisioners = [Specs.Step("get", command)],
            Tests = [],
        },
        Parameters = new Dictionary<string, string> { ["repo"] = "web" },
    };

    private sealed class Answers(params string[] answers) : ILookups
    {
        public List<string> Asked { get; } = [];

        public string? Error { get; set; }

        public FailureKind Kind { get; set; } = FailureKind.Retryable;

        /// <summary>How often it errs.</summary>
        public int Errors { get; set; } = int.MaxValue;

        public Task<JsonElement> FindAsync(Lookup lookup, CancellationToken cancellationToken)
        {
            Asked.Add(lookup.Http!.Url);
            if (Error is not null && Errors-- > 0) throw new PlatformException(Kind, Reasons.LookupFailed, $"lookups[{lookup.Name}]: {Error}");
            return Task.FromResult(JsonElement.Parse(answers[Math.Min(Asked.Count, answers.Length) - 1]));
        }
    }
}
