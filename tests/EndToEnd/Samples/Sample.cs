using System.Text.RegularExpressions;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>The folders of config/samples.</summary>
internal static partial class Sample
{
    private static readonly string Root = Path.Combine(Program.Root, "config/samples");

    /// <summary>Those that need no cloud; `aws`, `azure` and `gcp` are built by the tests of the platforms' contract, on emulators, `workspace` and `publish` where there is a server for them, `publish-clouds` by the tests of publishing.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Directory.EnumerateDirectories(Root).Where(d => Path.GetFileName(d) is not ("aws" or "azure" or "gcp" or "publish" or "publish-clouds" or "workspace")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    /// <summary>Applies all of a sample in one go; the names of its builds.</summary>
    public static async Task<IReadOnlyList<string>> ApplyAsync(Lab lab, string sample, Func<string, string>? change = null)
    {
        var manifests = Directory.EnumerateFiles(Path.Combine(Root, sample), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText).Select(m => change?.Invoke(m) ?? m).ToArray();
        // In the order of the files' names: the build may well come before its template.
        await lab.ApplyAsync(string.Join("\n---\n", manifests));
        return [.. manifests.SelectMany(m => BuildName().Matches(m).Select(x => x.Groups[1].Value))];
    }

    [GeneratedRegex(@"^kind: ImageBuild\nmetadata:(?:\s*\{|\n\s+)name: ([a-z0-9-]+)", RegexOptions.Multiline)]
    private static partial Regex BuildName();
}
