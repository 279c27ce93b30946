using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Builder.Pod;

/// <summary>What the target is compared with. All of it may be missing: then it is built.</summary>
internal static class PodComparison
{
    public static IReadOnlyList<EarlierResult> Earlier(string folder)
    {
        var file = Path.Combine(folder, PodPaths.EarlierFile);
        if (!File.Exists(file)) return [];
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<EarlierResult>>(File.ReadAllBytes(file), ApiJson.Options) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    public static ReadOnlyMemory<byte>? Salt(string folder)
    {
        var file = Path.Combine(folder, PodPaths.SaltFile);
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
