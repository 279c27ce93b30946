using ImageOperator.Controller.Platforms;

namespace ImageOperator.Controller.Hosting;

/// <summary>Settings of the probes that say whether platforms can be used.</summary>
internal sealed class ProbeOptions
{
    /// <summary>How long a good result holds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Pause after a probe that failed; doubles with each further one, up to the interval.</summary>
    public TimeSpan Retry { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a probe pod may take, from its creation to its end.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The namespace of the probe pods of platforms of the cluster that name none; unset: that of leader election, the operator's own.</summary>
    public string Namespace { get; set; } = "";

    public ProbePolicy ToPolicy() => new() { Interval = Interval, Retry = Retry, Timeout = Timeout };
}
