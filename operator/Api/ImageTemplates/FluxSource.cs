using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>The artifact that Flux's source-controller serves for one of its objects. Which one is settled when the build is taken up.</summary>
public sealed record FluxSource
{
    /// <summary>The object's kind.</summary>
    public required FluxKind Kind { get; init; }

    /// <summary>The object's name, in the build's namespace.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public required string Name { get; init; }

    /// <summary>The folder of the artifact to take; all of it if not set.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern(WorkspacePaths.FolderPattern)]
    public string? SubPath { get; init; }
}

/// <summary>The kinds of Flux that have an artifact.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FluxKind>))]
public enum FluxKind
{
    /// <summary>A Git repository.</summary>
    GitRepository,

    /// <summary>An OCI artifact.</summary>
    OCIRepository,

    /// <summary>A bucket of an object store.</summary>
    Bucket,
}
