namespace ImageOperator.Runtime.Leadership;

/// <summary>How the leader is elected.</summary>
public sealed class LeaderElectionOptions
{
    /// <summary>False lets the process lead without a lease: for tests and single runs.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Name of the lease.</summary>
    public string LeaseName { get; set; } = "";

    /// <summary>Namespace of the lease: the operator's own.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Who this process is; the pod's name. Empty takes host name and a random part.</summary>
    public string Identity { get; set; } = "";

    /// <summary>How long others wait after the last renewal that they saw.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it gives up; shorter than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between tries.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(2);
}
