namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>An image: what was asked for, or what there is.</summary>
internal sealed record GceImage
{
    public string? Name { get; init; }

    public string? SelfLink { get; init; }

    /// <summary>Chosen by the cloud: another image of the same name has another one.</summary>
    public string? Id { get; init; }

    public string? Description { get; init; }

    public string? Family { get; init; }

    /// <summary>PENDING, READY, FAILED or DELETING.</summary>
    public string? Status { get; init; }

    public string? CreationTimestamp { get; init; }

    public string? SourceDisk { get; init; }

    public GceRawDisk? RawDisk { get; init; }

    public GceDeprecation? Deprecated { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? LabelFingerprint { get; init; }

    public IReadOnlyList<string>? StorageLocations { get; init; }

    public GceKey? ImageEncryptionKey { get; init; }

    public IReadOnlyList<GceGuestOsFeature>? GuestOsFeatures { get; init; }

    public IReadOnlyList<string>? Licenses { get; init; }

    public GceInitialState? ShieldedInstanceInitialState { get; init; }

    public string? DiskSizeGb { get; init; }
}

internal sealed record GceRawDisk(string Source);

internal sealed record GceKey(string KmsKeyName);

internal sealed record GceGuestOsFeature(string Type);

/// <summary>State is ACTIVE, DEPRECATED, OBSOLETE or DELETED; null as ACTIVE. The times are for people.</summary>
internal sealed record GceDeprecation
{
    public string? State { get; init; }

    public string? Replacement { get; init; }

    public string? Deprecated { get; init; }

    public string? Obsolete { get; init; }

    public string? Deleted { get; init; }
}

internal sealed record GceInitialState
{
    public GceFileContent? Pk { get; init; }

    public IReadOnlyList<GceFileContent>? Keks { get; init; }

    public IReadOnlyList<GceFileContent>? Dbs { get; init; }

    public IReadOnlyList<GceFileContent>? Dbxs { get; init; }
}

/// <summary>FileType is BIN, X509 or UNDEFINED.</summary>
internal sealed record GceFileContent(string Content, string FileType);

/// <summary>New labels, for who has seen the old ones.</summary>
internal sealed record GceLabels(IReadOnlyDictionary<string, string> Labels, string? LabelFingerprint);
