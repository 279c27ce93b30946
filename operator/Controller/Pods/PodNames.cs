using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Controller.Pods;

/// <summary>Deterministic names of what a build owns.</summary>
internal static class PodNames
{
    /// <summary>A label's and a host name's limit.</summary>
    private const int Longest = 63;

    public static string Builder(string build, string target, int attempt) => Bounded($"{build}-{target}", $"-{attempt.ToString(CultureInfo.InvariantCulture)}");

    public static string Sweeper(string build, string target, int number) => Bounded($"{build}-{target}", $"-sweep-{number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>The ConfigMap that keeps an attempt's log.</summary>
    public static string Log(string build, string target, int attempt) => Bounded($"{build}-{target}", $"-{attempt.ToString(CultureInfo.InvariantCulture)}-log");

    /// <summary>A name for when another build's pod has the ordinary one: <c>a-b</c> of build <c>a-b</c> and of target <c>b</c> are alike.</summary>
    public static string Other(string name, string buildUid) => Bounded(name, "-" + Hash(buildUid));

    /// <summary>Service account, role and role binding.</summary>
    public static string Access(string build) => Bounded(build, "-builder");

    public static string Bounded(string stem, string suffix)
    {
        // Dots are fine in the names of objects, but not in a pod's host name.
        var plain = stem.Replace('.', '-');
        if (plain == stem && stem.Length + suffix.Length <= Longest) return stem + suffix;
        var tail = $"-{Hash(stem)}{suffix}";
        return plain[..Math.Min(plain.Length, Longest - tail.Length)].TrimEnd('-') + tail;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
}
