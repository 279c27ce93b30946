using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Pods;

/// <summary>Rules about nodes and other pods, as Kubernetes has them.</summary>
public sealed record PodAffinityRules
{
    /// <summary>Nodes to be on.</summary>
    public NodeRules? NodeAffinity { get; init; }

    /// <summary>Pods to be near to.</summary>
    public PodRules? PodAffinity { get; init; }

    /// <summary>Pods to be away from.</summary>
    public PodRules? PodAntiAffinity { get; init; }
}

/// <summary>Rules about nodes.</summary>
public sealed record NodeRules
{
    /// <summary>Must hold.</summary>
    public NodeTerms? RequiredDuringSchedulingIgnoredDuringExecution { get; init; }

    /// <summary>Should hold.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<WeightedNodeTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];
}

/// <summary>Node terms of which one must hold.</summary>
public sealed record NodeTerms
{
    /// <summary>The terms.</summary>
    [Bounds(Min = 1, Max = 16)]
    public required IReadOnlyList<NodeTerm> NodeSelectorTerms { get; init; }
}

/// <summary>A node term with a weight.</summary>
public sealed record WeightedNodeTerm
{
    /// <summary>How much it counts.</summary>
    [Bounds(Min = 1, Max = 100)]
    public required int Weight { get; init; }

    /// <summary>The term.</summary>
    public required NodeTerm Preference { get; init; }
}

/// <summary>Requirements that must all hold of a node.</summary>
public sealed record NodeTerm
{
    /// <summary>Requirements of the node's labels.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<NodeRequirement> MatchExpressions { get; init; } = [];

    /// <summary>Requirements of the node's fields.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<NodeRequirement> MatchFields { get; init; } = [];
}

/// <summary>A requirement of a node.</summary>
public sealed record NodeRequirement
{
    /// <summary>The label's or field's key.</summary>
    [Bounds(Min = 1, Max = 317)]
    public required string Key { get; init; }

    /// <summary>How it and the values relate.</summary>
    public required NodeOperator Operator { get; init; }

    /// <summary>The values.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>How a node's label and the values relate.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeOperator>))]
public enum NodeOperator
{
    /// <summary>It has one of the values.</summary>
    In,

    /// <summary>It has none of the values.</summary>
    NotIn,

    /// <summary>It is there.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    DoesNotExist,

    /// <summary>It is a number above the value.</summary>
    Gt,

    /// <summary>It is a number below the value.</summary>
    Lt,
}

/// <summary>Rules about other pods.</summary>
public sealed record PodRules
{
    /// <summary>Must hold.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<PodTerm> RequiredDuringSchedulingIgnoredDuringExecution { get; init; } = [];

    /// <summary>Should hold.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<WeightedPodTerm> PreferredDuringSchedulingIgnoredDuringExecution { get; init; } = [];
}

/// <summary>A pod term with a weight.</summary>
public sealed record WeightedPodTerm
{
    /// <summary>How much it counts.</summary>
    [Bounds(Min = 1, Max = 100)]
    public required int Weight { get; init; }

    /// <summary>The term.</summary>
    public required PodTerm PodAffinityTerm { get; init; }
}

/// <summary>Pods by label, and what being near to them means.</summary>
public sealed record PodTerm
{
    /// <summary>The pods.</summary>
    public LabelSelector? LabelSelector { get; init; }

    /// <summary>The pods' namespaces; the build's own if empty.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>The node label whose equal values mean "near", such as kubernetes.io/hostname.</summary>
    [Bounds(Min = 1, Max = 317)]
    public required string TopologyKey { get; init; }
}
