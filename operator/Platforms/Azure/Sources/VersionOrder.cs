using System.Globalization;

namespace ImageOperator.Platforms.Azure.Sources;

/// <summary>Versions by their numbers, and not by their letters: 10 comes after 9.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Numbers(x), Numbers(y));
        for (var i = 0; i < Math.Max(a.Count, b.Count); i++)
        {
            var order = a.ElementAtOrDefault(i).CompareTo(b.ElementAtOrDefault(i));
            if (order != 0) return order;
        }

        return string.CompareOrdinal(x, y);
    }

    private static List<decimal> Numbers(string? version) =>
        [.. (version ?? "").Split('.').Select(n => decimal.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)];
}
