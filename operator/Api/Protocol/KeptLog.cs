namespace ImageOperator.Api.Protocol;

/// <summary>The ConfigMap that keeps an attempt's log: labels of the build, target and attempt, the role <see cref="Role"/>, and these keys.</summary>
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
}
