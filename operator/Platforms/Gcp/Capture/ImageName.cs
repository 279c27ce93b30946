using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>The image's name, the same in each attempt.</summary>
internal static class ImageName
{
    private const int Longest = 63;

    public static string Of(GcpImage image, BuildIdentity identity)
    {
        if (image.NameRule != GcpNameRule.Suffix) return image.Name;
        var suffix = "-" + identity.Uid[..Math.Min(8, identity.Uid.Length)];
        return image.Name[..Math.Min(image.Name.Length, Longest - suffix.Length)].TrimEnd('-') + suffix;
    }
}
