using System.Security.Cryptography;
using System.Text;
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
        // Of build and target: a template may give its targets one name.
        var suffix = "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Key)))[..8];
        return image.Name[..Math.Min(image.Name.Length, Longest - suffix.Length)].TrimEnd('-') + suffix;
    }
}
