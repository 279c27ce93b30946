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
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the leader tries to renew before it stops; shorter than <see cref="LeaseDuration"/> by what its reconciles may take to notice.</summary>
    public TimeSpan RenewDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Pause between the leader's renewals; others look twice as often.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(1);
}
