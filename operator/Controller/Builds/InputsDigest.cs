using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Controller.Builds;

/// <summary>What a build is made from, as one number. The targets' digests are the builders': only they have the Secrets' and the files' bytes.</summary>
internal static class InputsDigest
{
    /// <summary>Null until all are known.</summary>
    public static string? Of(IReadOnlyCollection<TargetStatus> targets)
    {
        if (targets.Count == 0 || targets.Any(t => t.InputsDigest is null)) return null;
        var lines = targets.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => $"{t.Name} {t.InputsDigest}\n");
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
