using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Tests.Queue;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>Which results a builder is told of.</summary>
public sealed class EarlierResultsTests
{
    private static readonly DateTimeOffset Start = Given.Start;

    [Fact]
    public void Of_NewestFirst_OnlyTheNewestWithInputs()
    {
        var found = Of(Build("old", "sha256:1", 1), Build("new", "sha256:2", 2));

        Assert.Equal(["new", "old"], found.Select(r => r.Build));
        Assert.NotNull(found[0].Inputs);
        Assert.Null(found[1].Inputs);
    }

    [Theory]
    [InlineData(TargetPhase.Succeeded, true)]
    [InlineData(TargetPhase.UpToDate, true)]
    [InlineData(TargetPhase.Planned, false)]
    [InlineData(TargetPhase.Failed, false)]
    [InlineData(TargetPhase.Cancelled, false)]
    [InlineData(TargetPhase.Running, false)]
    public void Of_Phase_OnlyResultsCount(TargetPhase phase, bool counts) =>
        Assert.Equal(counts, Of(Build("a", "sha256:1", 1, t => t with { Phase = phase })).Count > 0);

    [Fact]
    public void Of_OthersTargetTemplateNamespaceOrDigest_CountsForNothing() => Assert.Empty(Of(
        Build("target", "sha256:1", 1, t => t with { Name = "edge" }),
        Build("digest", null, 1),
        Build("artifacts", "sha256:1", 1, t => t with { Artifacts = null }),
        Build("template", "sha256:1", 1, template: "other"),
        Build("namespace", "sha256:1", 1, @namespace: "other")));

    [Fact]
    public void Of_Itself_IsNoEarlierResult()
    {
        var build = Build("a", "sha256:1", 1);

        Assert.Empty(Known(build).Of(build, "lab"));
    }

    [Fact]
    public void Of_DeletedBuild_IsForgotten()
    {
        var cache = new FakeInformer<ImageBuild>();
        var known = new EarlierResults(cache, new ResultsBook(cache));
        var build = Build("a", "sha256:1", 1);
        cache.Show(build);
        Assert.Single(known.Of(Given.Build(), "lab"));

        cache.Remove(build);

        Assert.Empty(known.Of(Given.Build(), "lab"));
    }

    [Fact]
    public void Of_UpToDate_NamesTheBuildThatMadeIt() =>
        Assert.Equal("origin", Assert.Single(Of(Build("a", "sha256:1", 1, t => t with { Phase = TargetPhase.UpToDate, ResultOf = "origin" }))).Build);

    [Fact]
    public void Of_ManyOfTheSameInputs_DoNotHideOthers()
    {
        var same = Enumerable.Range(10, 100).Select(i => Build($"same-{i}", "sha256:1", i));

        var found = Of([.. same, Build("other", "sha256:2", 1)]);

        Assert.Equal(["same-109", "same-108", "same-107", "other"], found.Select(r => r.Build));
    }

    [Fact]
    public void Of_Many_IsBounded()
    {
        var builds = Enumerable.Range(1, 1000).Select(i => Build($"b-{i}", $"sha256:{i}", i, t => t with
        {
            Inputs = [.. Enumerable.Range(0, 300).Select(n => new BuildInput { Name = $"provisioners[{new string('x', 60)}{n}]", Digest = new string('0', 16) })],
        })).ToArray();

        var found = Of(builds);

        Assert.Equal(EarlierResults.Most, found.Count);
        Assert.Equal("b-1000", found[0].Build);
        Assert.InRange(EarlierResults.ToJson(found).Length, 1, 64 * 1024);
    }

    [Fact]
    public void Of_NewestTooLargeForAnAnnotation_WithoutItsInputs()
    {
        var huge = Build("huge", "sha256:1", 1, t => t with
        {
            Inputs = [.. Enumerable.Range(0, 2000).Select(n => new BuildInput { Name = $"provisioners[{new string('x', 60)}{n}]", Digest = new string('0', 16) })],
        });

        var found = Assert.Single(Of(huge));

        Assert.Null(found.Inputs);
        Assert.Equal("sha256:1", found.InputsDigest);
    }

    [Fact]
    public void Of_TemplateInPlace_WithoutInputs()
    {
        ImageBuild Inline(string name) => Build(name, "sha256:1", 1) is var b ? b with { Spec = b.Spec with { TemplateRef = null, Template = Given.Template } } : null!;

        Assert.Null(Assert.Single(Known(Inline("a")).Of(Inline("b"), "lab")).Inputs);
    }

    private static IReadOnlyList<Api.Protocol.EarlierResult> Of(params ImageBuild[] builds) =>
        Known(builds).Of(Given.Build(), "lab");

    private static EarlierResults Known(params ImageBuild[] builds)
    {
        var cache = new FakeInformer<ImageBuild>();
        var known = new EarlierResults(cache, new ResultsBook(cache));
        foreach (var build in builds) cache.Show(build);
        return known;
    }

    private static ImageBuild Build(
        string name, string? digest, int minute, Func<TargetStatus, TargetStatus>? change = null, string template = "web", string @namespace = "ns")
    {
        var target = new TargetStatus
        {
            Name = "lab",
            Phase = TargetPhase.Succeeded,
            CompletionTime = Start.AddMinutes(minute),
            InputsDigest = digest,
            Inputs = [new() { Name = "engine", Digest = "0" }],
            Artifacts = [new() { Type = "qcow2", Id = $"hostpath:/srv/out/{name}" }],
        };
        return new()
        {
            Metadata = new() { Name = name, NamespaceProperty = @namespace, Uid = name },
            Spec = new() { TemplateRef = new() { Name = template } },
            Status = new() { Targets = [change?.Invoke(target) ?? target] },
        };
    }
}
