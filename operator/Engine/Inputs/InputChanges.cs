using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Inputs;

/// <summary>What differs between two lists of inputs, in words.</summary>
internal static class InputChanges
{
    private const int MostChanges = 8;

    /// <summary>The changes, those that tell most first; empty if there are none.</summary>
    public static string Describe(IReadOnlyList<BuildInput> before, IReadOnlyList<BuildInput> now)
    {
        var old = before.DistinctBy(i => i.Name).ToDictionary(i => i.Name, StringComparer.Ordinal);
        var names = now.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        List<string> changes =
        [
            .. now.Where(i => old.TryGetValue(i.Name, out var o) && o.Digest != i.Digest).Select(i => Changed(old[i.Name], i)),
            .. now.Where(i => !old.ContainsKey(i.Name)).Select(i => i.Value is null ? $"{i.Name} added" : $"{i.Name}: unset → {i.Value}"),
            .. before.Where(i => !names.Contains(i.Name)).Select(i => i.Value is null ? $"{i.Name} removed" : $"{i.Name}: {i.Value} → unset"),
        ];
        if (changes.Count == 0 && !before.Select(i => i.Name).SequenceEqual(now.Select(i => i.Name))) return "the order of the steps changed";
        var more = changes.Count - MostChanges;
        return string.Join("; ", changes.Take(MostChanges)) + (more > 0 ? $"; and {more} more" : "");
    }

    private static string Changed(BuildInput before, BuildInput now) =>
        before.Value is null || now.Value is null || before.Value == now.Value ? $"{now.Name} changed" : $"{now.Name}: {before.Value} → {now.Value}";
}
