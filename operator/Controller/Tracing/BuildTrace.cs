using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Tracing;

namespace ImageOperator.Controller.Tracing;

/// <summary>The trace of a build: what stands in its status, or what will.</summary>
internal static class BuildTrace
{
    public static TraceParent Of(ImageBuild build, double ratio) =>
        TraceParent.Parse(build.Status?.Traceparent) ?? TraceParent.ForBuild(build.Metadata.Uid, Given(build), ratio);

    /// <summary>The span outside that the build is part of, if there is one.</summary>
    public static TraceParent? Outer(ImageBuild build) => TraceParent.Parse(Given(build));

    private static string? Given(ImageBuild build) => build.Metadata.Annotations?.TryGetValue(Labels.Traceparent, out var given) == true ? given : null;
}
