using ImageOperator.Api.Protocol;
using ImageOperator.Api.Tracing;

namespace ImageOperator.Builder.Pod;

/// <summary>Which build a pod works for, and where things stand in it.</summary>
internal sealed record PodOptions
{
    public required string Namespace { get; init; }

    public required string Build { get; init; }

    public required string Uid { get; init; }

    public required string Target { get; init; }

    public string Workspace { get; init; } = PodPaths.Workspace;

    public string Parameters { get; init; } = PodPaths.Parameters;

    public string Secrets { get; init; } = PodPaths.Secrets;

    public string WorkspaceCredentials { get; init; } = PodPaths.WorkspaceCredentials;

    public string PublishCredentials { get; init; } = PodPaths.PublishCredentials;

    public string Publish { get; init; } = PodPaths.Publish;

    public string Scratch { get; init; } = PodPaths.Scratch;

    public string Cache { get; init; } = PodPaths.Cache;

    public string Source { get; init; } = PodPaths.Source;

    public string Output { get; init; } = PodPaths.Output;

    public string Salt { get; init; } = PodPaths.Salt;

    public string Earlier { get; init; } = PodPaths.Earlier;

    /// <summary>The build's trace.</summary>
    public TraceParent? Trace { get; init; }

    /// <summary>How much of the log the operator keeps, compressed, in KiB; a longer one is stored with the images. 0: no log is kept.</summary>
    public int KeptLogKiB { get; init; }

    /// <summary>Most GiB of the cache; 0 for no limit.</summary>
    public int CacheMaxGiB { get; init; }

    /// <summary>How many hours an entry of the cache is kept after its last use; 0 for ever.</summary>
    public int CacheMaxHours { get; init; }

    /// <summary>Null: the pod's service account.</summary>
    public string? Kubeconfig { get; init; }
}
