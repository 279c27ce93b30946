using System.Text.Json.Nodes;
using ImageOperator.Api.Common;
using ImageOperator.Engine.Events;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Images of a family whose times have come are moved on by the family's next build, and no others.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpOlderImageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Times_ThatHaveCome_AreKept()
    {
        await using var site = new GcpSite();
        await BuildAsync(site, new() { ObsoleteAfter = Duration.FromMinutes(60), DeleteAfter = Duration.FromMinutes(120) }, () =>
        {
            Assert.Equal((null, "OBSOLETE", "DEPRECATED"), (StateOf(site, "to-delete"), StateOf(site, "to-retire"), StateOf(site, "young")));
            var retired = site.Read(Link("to-retire"))["deprecated"]!;
            Assert.Equal((Written(site, -1), Written(site, 100)), ((string)retired["obsolete"]!, (string)retired["deleted"]!));
        });
    }

    [Fact]
    public async Task Images_OfOthers_StayAsTheyAre()
    {
        await using var site = new GcpSite();
        await BuildAsync(site, new() { ObsoleteAfter = Duration.FromMinutes(60), DeleteAfter = Duration.FromMinutes(120) }, () => Assert.Equal("DEPRECATED", StateOf(site, "of-others")));
    }

    /// <summary>A target that says no more of it moves nothing, whatever an earlier one has said.</summary>
    [Fact]
    public async Task Times_ThatTheTargetDoesNotSpeakOf_AreNotKept()
    {
        await using var site = new GcpSite();
        await BuildAsync(site, new(), () => Assert.Equal(("DEPRECATED", "DEPRECATED"), (StateOf(site, "to-delete"), StateOf(site, "to-retire"))));
    }

    /// <summary>The image is a result already: what cannot be tidied does not cost it.</summary>
    [Fact]
    public async Task Image_ThatCannotBeDeleted_IsLeftToTheNextBuild_WithAWarning()
    {
        await using var site = new GcpSite();
        site.Cloud.Permissions = GcpRoleTests.Documented().Except(["compute.images.delete"]).ToHashSet();
        await BuildAsync(site, new() { DeleteAfter = Duration.FromMinutes(120) }, () => Assert.Equal("DEPRECATED", StateOf(site, "to-delete")), "to-delete stays DEPRECATED");
    }

    private async Task BuildAsync(GcpSite site, Api.Targets.Gcp.GcpOlderImages wanted, Action check, string? warning = null)
    {
        site.Gcp = site.Gcp with { Image = site.Gcp.Image with { OlderImages = wanted with { Keep = 1 } } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("older images", async at =>
        {
            Old("to-delete", deleted: -1);
            Old("to-retire", obsolete: -1, deleted: 100);
            Old("young", obsolete: 100);
            Old("of-others", obsolete: -2, deleted: -1)["labels"] = new JsonObject { ["team"] = "others" };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            check();
            var warnings = at.Case.Log.Events.OfType<BuildEvent.Message>().Where(m => m.Level == MessageLevel.Warning).Select(m => m.Text).ToList();
            if (warning is null) Assert.Empty(warnings);
            else Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
            site.Cloud.State.Resources.Remove(Link("of-others"));
        });
        tally.AssertGood();

        JsonObject Old(string name, int? obsolete = null, int? deleted = null)
        {
            var image = site.Image(GcpSite.Project, name, "web");
            image["labels"] = new JsonObject { ["imageoperator-kept"] = "true", ["imageoperator-build-uid"] = "earlier" };
            image["deprecated"] = new JsonObject { ["state"] = "DEPRECATED", ["replacement"] = GoogleState.Root + Link("web-2") };
            if (obsolete is { } first) image["deprecated"]!["obsolete"] = Written(site, first);
            if (deleted is { } last) image["deprecated"]!["deleted"] = Written(site, last);
            return image;
        }
    }

    private static string Link(string name) => $"projects/{GcpSite.Project}/global/images/{name}";

    private static string? StateOf(GcpSite site, string name) => site.Cloud.State.Resources.GetValueOrDefault(Link(name)) is { } image ? (string?)image.Body["deprecated"]?["state"] ?? "ACTIVE" : null;

    // The builds begin at a fixed time and take minutes.
    private static string Written(GcpSite site, int hours) => (site.Born + TimeSpan.FromHours(hours)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
