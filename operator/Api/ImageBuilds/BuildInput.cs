namespace ImageOperator.Api.ImageBuilds;

/// <summary>Something that a result depends on.</summary>
public sealed record BuildInput
{
    /// <summary>What it is: <c>source</c>, <c>qemu.cpus</c>, <c>provisioners[packages]</c>, <c>params.release</c>, <c>workspace/files/motd</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The first 16 hexadecimal digits of its SHA-256; of a sensitive parameter those of a keyed hash, whose key is a Secret of the
    /// namespace: equal values have equal digests, and nobody can try values out.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>Its value, where it is short and not secret.</summary>
    public string? Value { get; init; }
}
