using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Common;

/// <summary>Selects objects by their labels, as Kubernetes' own selector: all requirements must hold; an empty selector selects all.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that must have these values.</summary>
    [Bounds(Max = 64, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Requirements.</summary>
    [Bounds(Max = 64)]
    public IReadOnlyList<LabelRequirement> MatchExpressions { get; init; } = [];

    /// <summary>Whether the labels are selected.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        (MatchLabels ?? new Dictionary<string, string>()).All(m => labels.TryGetValue(m.Key, out var value) && value == m.Value)
        && MatchExpressions.All(e => e.Matches(labels));
}

/// <summary>One requirement of a label selector.</summary>
public sealed record LabelRequirement
{
    /// <summary>The label's key.</summary>
    [Bounds(Min = 1, Max = 317)]
    public required string Key { get; init; }

    /// <summary>How the label and the values relate.</summary>
    public required LabelOperator Operator { get; init; }

    /// <summary>The values of In and NotIn; none for Exists and DoesNotExist.</summary>
    [Bounds(Max = 256, MaxItemLength = 63)]
    public IReadOnlyList<string> Values { get; init; } = [];

    internal bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var there = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.Exists => there,
            LabelOperator.DoesNotExist => !there,
            LabelOperator.In => there && Values.Contains(value!),
            // As Kubernetes: a label that is not there is not in.
            _ => !there || !Values.Contains(value!),
        };
    }
}

/// <summary>How a label and the values relate.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelOperator>))]
public enum LabelOperator
{
    /// <summary>It is there and has one of the values.</summary>
    In,

    /// <summary>It is not there, or has none of the values.</summary>
    NotIn,

    /// <summary>It is there.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    DoesNotExist,
}
