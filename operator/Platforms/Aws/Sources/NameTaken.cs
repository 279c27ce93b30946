using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Sources;

/// <summary>The failure of a name that another AMI has.</summary>
internal static class NameTaken
{
    public static PlatformException By(string? other, string name, string region, Exception? inner = null) => new(
        FailureKind.Terminal, Reasons.CaptureFailed, $"aws.image.name: {other ?? "another AMI"} in {region} has the name {name} already",
        "put $(build.time) or $(build.name) into aws.image.name, set aws.image.nameRule: Replace, or deregister the other AMI", inner);

    /// <summary>By a build that was faster.</summary>
    public static PlatformException Meanwhile(string? other, string name, string region, Exception? inner = null) => new(
        FailureKind.Terminal, Reasons.DistributionFailed, $"aws.image.name: {other ?? "another AMI"} in {region} has taken the name {name} while this build was about to",
        "run builds of one name one after the other, or put $(build.time) or $(build.name) into aws.image.name", inner);

    public static PlatformException Protected(string other, string name, string region) => new(
        FailureKind.Terminal, Reasons.CaptureFailed, $"aws.image.nameRule: {other} in {region}, which has the name {name}, cannot be replaced: it is protected from deregistration",
        "take the protection off (aws ec2 disable-image-deregistration-protection), or choose another name");
}
