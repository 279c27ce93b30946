using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>An artifact or image of an OCI registry: its layers, one over the other. All targets and attempts of a build see the same digest.</summary>
public sealed record OciSource
{
    /// <summary>The artifact: <c>registry.example.com/team/files:v1</c>, or with <c>@sha256:…</c> instead of the tag. <c>$(params.NAME)</c> is expanded.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(@"^([a-z0-9.-]+(:[0-9]+)?/[^\s]+|.*\$\(.+\).*)$")]
    public required string Reference { get; init; }

    /// <summary>A Secret of type kubernetes.io/dockerconfigjson with the registry's credentials.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Speak HTTP without TLS. Credentials are not sent then.</summary>
    public bool Insecure { get; init; }

    /// <summary>The folder of the artifact to take; all of it if not set.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(WorkspacePaths.FolderPattern)]
    public string? SubPath { get; init; }
}
