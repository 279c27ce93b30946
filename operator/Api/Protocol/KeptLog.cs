using System.Globalization;

namespace ImageOperator.Api.Protocol;

/// <summary>
/// The ConfigMap that keeps an attempt's log: labels of the build, target and attempt, the role <see cref="Role"/>, and these keys. A log that is too long for it
/// stands whole in the target's output store.
/// </summary>
public static class KeptLog
{
    /// <summary>The role of such a ConfigMap.</summary>
    public const string Role = "log";

    /// <summary>Binary: the log's lines, gzip.</summary>
    public const string Log = "log.jsonl.gz";

    /// <summary>The pod that printed it.</summary>
    public const string Pod = "pod";

    /// <summary>How many lines there were.</summary>
    public const string Lines = "lines";

    /// <summary>How many of them are left out.</summary>
    public const string CutLines = "cutLines";

    /// <summary>How to make a pod that reads the output store: a <see cref="StoreReader"/> as JSON.</summary>
    public const string Reader = "reader";

    /// <summary>The event of the line that stands for what was left out.</summary>
    public const string CutEvent = "cut";

    /// <summary>The file in the folder of the target's output that has the whole log, if it is too long for a ConfigMap: its lines, gzip.</summary>
    public static string FileName(string build, string target, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{build}-{target}-{attempt}.log.jsonl.gz");
}
