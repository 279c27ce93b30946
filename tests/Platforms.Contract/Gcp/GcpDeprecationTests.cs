using System.Text.Json.Nodes;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>What a build does to the status of its family's older images is undone, gone on with, or told.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpDeprecationTests(ITestOutputHelper output) : GcpTests(output)
{
    /// <summary>The older image gets its status back when the build fails after that.</summary>
    [Fact]
    public async Task Build_ThatFailsAfterTheDeprecation_UndoesIt()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("undo", async at =>
        {
            Assert.Null(await at.Case.RunAsync(KilledAtItsDeprecation(site, at)));
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>The entry is the first attempt's, and the request the second one's, a moment ago: nobody has seen what it does.</summary>
    [Fact]
    public async Task Deprecation_OfTheNextAttempt_IsUndoneToo_ThoughItsEntryIsOld()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("undo", async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name =>
            {
                if (name == "compute.images.deprecate" && at.Case.Status?.Resources?.Any(r => r.Key.StartsWith("deprecation/", StringComparison.Ordinal)) == true) first.Kill();
            };
            Assert.Null(await at.Case.RunAsync(first));
            Assert.Equal(0, Deprecations(site));
            site.Pass(TimeSpan.FromMinutes(5));
            Assert.Null(await at.Case.RunAsync(KilledAtItsDeprecation(site, at)));
            Assert.Null(Older(site)["deprecated"]);
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            site.Pass(TimeSpan.FromMinutes(5));
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>Where Google does not let an image have its status back, the sweeper says so, and nothing stays in the ledger for ever.</summary>
    [Fact]
    public async Task Deprecation_ThatCannotBeUndone_IsTold_AndForgotten()
    {
        await using var site = new GcpSite();
        site.Cloud.Images.DeprecationIsFinal = true;
        var tally = new Tally(site, Output);
        await tally.CaseAsync("final, sweep", async at =>
        {
            Assert.Null(await at.Case.RunAsync(KilledAtItsDeprecation(site, at)));
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            Assert.Empty(at.Case.Status?.Resources ?? []);
            Assert.Equal("DEPRECATED", (string?)Older(site)["deprecated"]!["state"]);
            Assert.Contains(at.Case.Log.Events.OfType<Engine.Events.BuildEvent.Message>(), m => m.Text.Contains("web-1 stays DEPRECATED", StringComparison.Ordinal));
        });
        tally.AssertGood();
    }

    /// <summary>The next attempt goes on with what is deprecated: it does not take it back first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deprecation_WhoseAnswerWasNotSeen_IsGoneOnWith(bool isFinal)
    {
        await using var site = new GcpSite();
        site.Cloud.Images.DeprecationIsFinal = isFinal;
        var tally = new Tally(site, Output);
        await tally.CaseAsync("next attempt", async at =>
        {
            Assert.Null(await at.Case.RunAsync(KilledAtItsDeprecation(site, at)));
            var before = Deprecations(site);
            site.Pass(TimeSpan.FromSeconds(3));
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(before, Deprecations(site));
            Assert.DoesNotContain(at.Case.Log.Events.OfType<Engine.Events.BuildEvent.Message>(), m => m.Text.Contains("stays DEPRECATED", StringComparison.Ordinal));
        });
        tally.AssertGood();
    }

    /// <summary>The older images of a build that fails at its last change were not touched before it.</summary>
    [Fact]
    public async Task OlderImages_AreDeprecatedLast()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("order", async at =>
        {
            var process = at.Case.NextProcess();
            var kept = false;
            process.AtPoint = name =>
            {
                if (name == "compute.images.deprecate" && site.Cloud.Calls.Contains("compute.images.patch")) kept = at.Case.Status!.Resources!.Single(r => r.Key == "image") is { Temporary: false };
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            Assert.True(kept);
            var last = site.Cloud.Requests.Last(r => r.Method is "compute.images.deprecate" or "compute.images.patch" or "compute.images.setLabels" or "compute.images.setIamPolicy");
            Assert.Equal(("compute.images.deprecate", "web-1"), (last.Method, last.Name));
        });
        tally.AssertGood();
    }

    /// <summary>The night that summer time ends: the later image has the earlier text.</summary>
    [Fact]
    public async Task OlderImages_GoByTime_NotByItsText()
    {
        await using var site = new GcpSite();
        Older(site)["creationTimestamp"] = "2020-11-01T01:30:00.000-07:00";
        site.Read($"projects/{GcpSite.Project}/global/images/web-2")["creationTimestamp"] = "2020-11-01T01:10:00.000-08:00";
        var tally = new Tally(site, Output);
        await tally.CaseAsync("summer time", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        tally.AssertGood();
    }

    [Fact]
    public async Task OlderImages_ThatAreDeprecatedAlready_AreNotAmongThoseKept()
    {
        await using var site = new GcpSite();
        site.Image(GcpSite.Project, "web-3", "web")["deprecated"] = new JsonObject { ["state"] = "OBSOLETE" };
        var tally = new Tally(site, Output);
        // web-2 is the one that is kept.
        await tally.CaseAsync("keep one", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        tally.AssertGood();
    }

    private static Process KilledAtItsDeprecation(GcpSite site, Tally.At at)
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name =>
        {
            // Asked for, and seen by nobody yet.
            if (name == "compute.images.deprecate!" && Deprecations(site) > 0) process.Kill();
        };
        return process;
    }

    private static JsonObject Older(GcpSite site) => site.Read($"projects/{GcpSite.Project}/global/images/web-1");

    private static int Deprecations(GcpSite site) => site.Cloud.Requests.Count(r => r.Method == "compute.images.deprecate" && r.Name == "web-1");
}
