using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Files of a Git repository. All targets and attempts of a build see the same commit.</summary>
public sealed record GitSource
{
    /// <summary>The repository: <c>https://…</c>, <c>ssh://user@host/path</c> or <c>user@host:path</c>. <c>$(params.NAME)</c> is expanded.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern(@"^(https?://[^@\s]+|ssh://\S+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s:]\S*|\$\(.+)$")]
    public required string Url { get; init; }

    /// <summary>Which commit; the tip of the repository's default branch if not set.</summary>
    public GitReference? Ref { get; init; }

    /// <summary>
    /// A Secret with credentials in the keys that Flux uses: <c>username</c> and <c>password</c>, <c>ca.crt</c> (HTTPS); <c>identity</c> and
    /// <c>known_hosts</c> (SSH). Host keys must be given: they are never trusted at first sight.
    /// </summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>The folder of the repository to take; all of it if not set.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(WorkspacePaths.FolderPattern)]
    public string? SubPath { get; init; }

    /// <summary>Fetch submodules too, at the commits that the repository names. The credentials are used for those on the same host only.</summary>
    public bool RecurseSubmodules { get; init; }
}
