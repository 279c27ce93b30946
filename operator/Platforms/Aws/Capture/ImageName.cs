using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>The AMI's name, the same in each attempt.</summary>
internal static class ImageName
{
    private const int Longest = 128;

    public static string Of(AwsImage image, BuildIdentity identity)
    {
        return image.NameRule == AwsNameRule.Suffix ? Suffixed(image, identity) : image.Name;
    }

    /// <summary>One that no other build's AMI has.</summary>
    public static string Suffixed(AwsImage image, BuildIdentity identity)
    {
        var suffix = "-" + identity.Uid[..Math.Min(8, identity.Uid.Length)];
        return image.Name[..Math.Min(image.Name.Length, Longest - suffix.Length)] + suffix;
    }
}
