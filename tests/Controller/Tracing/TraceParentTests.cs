using System.Diagnostics;
using ImageOperator.Api.Tracing;

namespace ImageOperator.Controller.Tests.Tracing;

public sealed class TraceParentTests
{
    private const string Uid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    private const string Given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void Build_HasItsUidAsTrace()
    {
        var trace = TraceParent.ForBuild(Uid, null, 1);

        Assert.Equal("3f2504e04f8941d39a0c0305e82c3301", trace.TraceId.ToHexString());
        Assert.Equal(trace, TraceParent.ForBuild(Uid, null, 1));
        Assert.Equal(trace, TraceParent.Parse(trace.ToString()));
        Assert.NotEqual(trace.SpanId, SpanIds.Target(Uid, "lab"));
        Assert.NotEqual(SpanIds.Attempt(Uid, "lab", 1), SpanIds.Attempt(Uid, "lab", 2));
    }

    [Fact]
    public void Build_OfAPipeline_IsPartOfItsTrace()
    {
        var trace = TraceParent.ForBuild(Uid, Given, 0.001);

        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", trace.ToString(), StringComparison.Ordinal);
        Assert.True(trace.Sampled);
        Assert.Equal(SpanIds.Build(Uid), trace.SpanId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("nonsense\nX-Evil: 1")]
    public void Annotation_ThatIsNoTraceparent_IsPassedOver(string given) =>
        Assert.Equal(SpanIds.Trace(Uid), TraceParent.ForBuild(Uid, given, 1).TraceId);

    [Fact]
    public void Ratio_ChoosesThatPart()
    {
        var chosen = Enumerable.Range(0, 4000).Count(_ => TraceParent.ForBuild(Guid.NewGuid().ToString(), null, 0.25).Sampled);

        Assert.InRange(chosen, 800, 1200);
        Assert.False(TraceParent.ForBuild(Uid, Given, 0).Sampled);
    }

    [Fact]
    public void FixedSpan_HasTheIdThatWasWanted_AndItsChildrenKnowIt()
    {
        using var source = new ActivitySource("fixed-span-test");
        using var listener = new ActivityListener { ShouldListenTo = s => s == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        var trace = TraceParent.ForBuild(Uid, null, 1);
        var start = DateTimeOffset.UnixEpoch.AddDays(1);

        using var other = source.StartActivity("another that is current")!;
        using var root = FixedSpan.Start(source, "build", trace.ContextOf(default), trace.SpanId, start)!;
        using var child = source.StartActivity("child")!;

        Assert.Equal((trace.TraceId, trace.SpanId, default), (root.TraceId, root.SpanId, root.ParentSpanId));
        Assert.Equal(start.UtcDateTime, root.StartTimeUtc);
        Assert.Equal(trace.SpanId, child.ParentSpanId);
        Assert.Equal($"00-{trace.TraceId}-{trace.SpanId}-01", root.Id);
    }
}
