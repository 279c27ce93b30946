using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Controller.Queue;

/// <summary>A target that is to start.</summary>
internal sealed record Claim(string Target, PlatformKey Platform)
{
    /// <summary>A plan takes a pod, and so a place among all, but no machine: no platform's limits are in its way.</summary>
    /// <param name="build">The build.</param>
    /// <param name="template">Its snapshot.</param>
    /// <param name="target">The target's name.</param>
    public static Claim Of(ImageBuild build, ImageTemplateSpec template, string target) =>
        new(target, build.Spec.PlanOnly ? PlatformKey.None : PlatformKey.Of(template.Targets.FirstOrDefault(t => t.Name == target)?.PlatformRef, build.Metadata.NamespaceProperty));
}
