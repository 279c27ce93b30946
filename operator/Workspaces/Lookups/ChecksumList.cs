using System.Text.RegularExpressions;

namespace ImageOperator.Workspaces.Lookups;

/// <summary>Lists of checksums, as sha256sum and BSD's sha256 write them.</summary>
internal static partial class ChecksumList
{
    /// <summary>The file's checksum as <c>sha256:…</c> or <c>sha512:…</c>.</summary>
    /// <exception cref="FormatException">There is none, or more than one.</exception>
    public static string Find(string text, string? file)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var match = Gnu().Match(line) is { Success: true } gnu ? gnu : Bsd().Match(line);
            if (!match.Success) continue;
            var name = match.Groups["name"].Value;
            if (file is null || name == file || name.EndsWith("/" + file, StringComparison.Ordinal)) found.Add(match.Groups["sum"].Value.ToLowerInvariant());
        }

        return found.Count switch
        {
            1 when found.Single() is var sum => sum.Length == 64 ? $"sha256:{sum}" : $"sha512:{sum}",
            0 => throw new FormatException(file is null ? "has no SHA-256 or SHA-512 in it" : $"has no SHA-256 or SHA-512 of {file}"),
            _ => throw new FormatException(file is null ? "has several checksums: name the file" : $"has several checksums of {file}"),
        };
    }

    [GeneratedRegex(@"^(?<sum>[0-9a-fA-F]{64}|[0-9a-fA-F]{128})(?:\s+\*?(?<name>\S.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Gnu();

    [GeneratedRegex(@"^SHA(?:256|512) \((?<name>.+)\) = (?<sum>[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$", RegexOptions.CultureInvariant)]
    private static partial Regex Bsd();
}
