namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>How long things take in the cloud.</summary>
internal sealed record CloudTimings
{
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(8);

    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan Terminate { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Image { get; init; } = TimeSpan.FromSeconds(70);

    /// <summary>How long after an instance runs its SSM agent reports.</summary>
    public TimeSpan Agent { get; init; }

    /// <summary>How long after it runs a machine with Windows has made its password.</summary>
    public TimeSpan Password { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after its creation a thing is not found.</summary>
    public TimeSpan Visible { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What moto does not know of an instance.</summary>
internal sealed class InstanceState
{
    public required string Key { get; init; }

    public required IReadOnlyList<string> Groups { get; init; }

    public IReadOnlyList<string> Interfaces { get; set; } = [];

    public IReadOnlyList<string> Volumes { get; set; } = [];

    public required DateTimeOffset RunningAt { get; init; }

    /// <summary>Whether it has an instance profile, without which its agent may not report.</summary>
    public bool HasProfile { get; init; }

    /// <summary>What Windows makes at the first boot, as AWS shows it; null for other systems.</summary>
    public string? PasswordData { get; init; }

    public string Address { get; set; } = "";

    public DateTimeOffset? StoppedAt { get; set; }

    public DateTimeOffset? TerminatedAt { get; set; }
}

/// <summary>What moto does not know of an AMI.</summary>
internal sealed class ImageState
{
    public required string Region { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset ReadyAt { get; init; }

    public IReadOnlyList<string> Snapshots { get; set; } = [];

    public string? DeprecateAt { get; set; }

    public bool Protected { get; set; }

    public bool Encrypted { get; init; }

    public string? KmsKeyId { get; init; }
}
