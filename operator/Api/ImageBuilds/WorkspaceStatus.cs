namespace ImageOperator.Api.ImageBuilds;

/// <summary>What a fetched entry of the workspace is made of, settled once for all targets and attempts of the build.</summary>
public sealed record WorkspaceStatus
{
    /// <summary>The entry's path.</summary>
    public required string Path { get; init; }

    /// <summary>Where it comes from.</summary>
    public string? Url { get; init; }

    /// <summary>What people call it: <c>main@sha1:…</c> of Git, <c>v1@sha256:…</c> of a registry.</summary>
    public string? Revision { get; init; }

    /// <summary>The content's own address, <c>sha1:…</c> (a commit) or <c>sha256:…</c>: nothing else is taken for it.</summary>
    public required string Digest { get; init; }
}
