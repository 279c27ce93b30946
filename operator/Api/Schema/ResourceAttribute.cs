namespace ImageOperator.Api.Schema;

/// <summary>Marks a top-level kind: what its CustomResourceDefinition says beyond the schema.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ResourceAttribute : Attribute
{
    /// <summary>The short names that kubectl accepts.</summary>
    public string[] ShortNames { get; init; } = [];

    /// <summary>Objects stand beside namespaces, not in one.</summary>
    public bool ClusterScoped { get; init; }

    /// <summary>The categories (<c>kubectl get imageoperator</c>).</summary>
    public string[] Categories { get; init; } = [];
}
