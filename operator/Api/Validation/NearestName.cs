namespace ImageOperator.Api.Validation;

/// <summary>Finds what someone may have meant.</summary>
internal static class NearestName
{
    private const int LongestCompared = 128;

    /// <summary>The known name with the fewest edits from what was written; null if none is near.</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestCompared) return null;
        var best = known
            .Where(name => name.Length <= LongestCompared)
            .Select(name => (Name: name, Edits: Edits(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Edits).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Edits <= Math.Max(1, written.Length / 3) ? best.Name : null;
    }

    /// <summary>"; did you mean …?" or nothing.</summary>
    public static string Hint(string written, IEnumerable<string> known) => Of(written, known) is { } name ? $"; did you mean \"{name}\"?" : "";

    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
