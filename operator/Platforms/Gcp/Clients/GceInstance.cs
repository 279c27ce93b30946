namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>An instance: what was asked for, or what there is.</summary>
internal sealed record GceInstance
{
    public string? Name { get; init; }

    public string? SelfLink { get; init; }

    public string? Description { get; init; }

    public string? MachineType { get; init; }

    /// <summary>PROVISIONING, STAGING, RUNNING, STOPPING, TERMINATED, and others.</summary>
    public string? Status { get; init; }

    public string? StatusMessage { get; init; }

    public string? CreationTimestamp { get; init; }

    public IReadOnlyList<GceAttachedDisk>? Disks { get; init; }

    public IReadOnlyList<GceInterface>? NetworkInterfaces { get; init; }

    public GceMetadata? Metadata { get; init; }

    public GceTags? Tags { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public GceScheduling? Scheduling { get; init; }

    public GceShieldedConfig? ShieldedInstanceConfig { get; init; }

    public IReadOnlyList<GceAccount>? ServiceAccounts { get; init; }
}

internal sealed record GceAttachedDisk
{
    public bool? Boot { get; init; }

    public bool? AutoDelete { get; init; }

    /// <summary>READ_WRITE or READ_ONLY.</summary>
    public string? Mode { get; init; }

    /// <summary>Its name in the guest: <c>/dev/disk/by-id/google-NAME</c>.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The disk's link.</summary>
    public string? Source { get; init; }

    public GceInitializeParams? InitializeParams { get; init; }

    public GceKey? DiskEncryptionKey { get; init; }
}

/// <summary>A disk to be made with its instance.</summary>
internal sealed record GceInitializeParams
{
    public string? DiskName { get; init; }

    public string? SourceImage { get; init; }

    public string? DiskSizeGb { get; init; }

    public string? DiskType { get; init; }

    public string? ProvisionedIops { get; init; }

    public string? ProvisionedThroughput { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

internal sealed record GceInterface
{
    public string? Network { get; init; }

    public string? Subnetwork { get; init; }

    /// <summary>The internal address.</summary>
    public string? NetworkIP { get; init; }

    public IReadOnlyList<GceAccessConfig>? AccessConfigs { get; init; }
}

internal sealed record GceAccessConfig
{
    public string? Type { get; init; }

    public string? Name { get; init; }

    /// <summary>The external address.</summary>
    public string? NatIP { get; init; }
}

internal sealed record GceMetadata(IReadOnlyList<GceMetadataItem> Items);

internal sealed record GceMetadataItem(string Key, string Value);

internal sealed record GceTags(IReadOnlyList<string> Items);

internal sealed record GceScheduling
{
    public string? ProvisioningModel { get; init; }

    public bool? AutomaticRestart { get; init; }

    public string? OnHostMaintenance { get; init; }

    public string? InstanceTerminationAction { get; init; }

    public GceDuration? MaxRunDuration { get; init; }
}

internal sealed record GceDuration(string Seconds);

internal sealed record GceShieldedConfig(bool EnableSecureBoot, bool EnableVtpm, bool EnableIntegrityMonitoring);

internal sealed record GceAccount(string Email, IReadOnlyList<string> Scopes);

internal sealed record GceDisk
{
    public string? Name { get; init; }

    public string? SelfLink { get; init; }

    public string? SourceImage { get; init; }

    public string? Type { get; init; }

    public GceKey? DiskEncryptionKey { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
