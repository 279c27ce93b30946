using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>Files that the build finds below its workspace. Exactly one source must be set.</summary>
[CelRule(
    "(has(self.configMap) ? 1 : 0) + (has(self.secret) ? 1 : 0) + (has(self.git) ? 1 : 0) + (has(self.oci) ? 1 : 0) + (has(self.http) ? 1 : 0) + (has(self.flux) ? 1 : 0) + (has(self.persistentVolumeClaim) ? 1 : 0) == 1",
    OneSource)]
public sealed record WorkspaceSource
{
    internal const string OneSource = "a workspace entry needs exactly one source: set one of configMap, secret, git, oci, http, flux and persistentVolumeClaim";

    /// <summary>Where the files stand, relative to the workspace (<c>$(workspace.path)</c>).</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern("^[A-Za-z0-9_][-A-Za-z0-9_.]*(/[A-Za-z0-9_][-A-Za-z0-9_.]*)*$")]
    public required string Path { get; init; }

    /// <summary>The keys of a ConfigMap, a file each.</summary>
    public ConfigMapSource? ConfigMap { get; init; }

    /// <summary>The keys of a Secret, a file each. Their lines are masked in logs and status.</summary>
    public SecretSource? Secret { get; init; }

    /// <summary>Files of a Git repository at one commit, without its history.</summary>
    public GitSource? Git { get; init; }

    /// <summary>The layers of an OCI artifact or image.</summary>
    public OciSource? Oci { get; init; }

    /// <summary>A file of a web server, as it is or unpacked.</summary>
    public HttpSource? Http { get; init; }

    /// <summary>The artifact of a source of Flux.</summary>
    public FluxSource? Flux { get; init; }

    /// <summary>A folder of a volume, read-only.</summary>
    public ClaimSource? PersistentVolumeClaim { get; init; }

    /// <summary>Whether the builder fetches the files; the others are mounted.</summary>
    public bool IsFetched() => Git is not null || Oci is not null || Http is not null || Flux is not null;

    /// <summary>The Secret with the credentials that the builder fetches with.</summary>
    public Common.LocalObjectReference? CredentialsRef() => Git?.SecretRef ?? Oci?.SecretRef ?? Http?.SecretRef;
}
