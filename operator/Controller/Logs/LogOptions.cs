namespace ImageOperator.Controller.Logs;

/// <summary>Settings of the logs that are kept after their pods.</summary>
internal sealed class LogOptions
{
    /// <summary>Keeps the log of each attempt in a ConfigMap that goes with the build.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>Most bytes of one attempt's log, compressed, in KiB; what is more is cut out of the middle. A ConfigMap has room for 768.</summary>
    public int MaxKiB { get; set; } = 256;

    /// <summary>Of how many attempts of a target the logs are kept, the last ones.</summary>
    public int Attempts { get; set; } = 5;
}
