namespace ImageOperator.Api.ImageBuilds;

/// <summary>Something outside Kubernetes that a build made, or is about to make.</summary>
public sealed record LedgerEntry
{
    /// <summary>Names the entry within its target: the same purpose in a later attempt has the same key.</summary>
    public required string Key { get; init; }

    /// <summary>What it is: <c>qemu/machine</c>, <c>qemu/disk</c>, <c>qemu/image</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The platform's ID; unknown between intent and create on platforms that choose IDs.</summary>
    public string? Id { get; init; }

    /// <summary>The region or node.</summary>
    public string? Location { get; init; }

    /// <summary>Where its life stands.</summary>
    public required LedgerState State { get; init; }

    /// <summary>It must be gone when the build has ended.</summary>
    public required bool Temporary { get; init; }

    /// <summary>The attempt that wrote the intent.</summary>
    public required int Attempt { get; init; }

    /// <summary>What the platform must know to adopt or remove it.</summary>
    public IReadOnlyDictionary<string, string>? Properties { get; init; }
}
