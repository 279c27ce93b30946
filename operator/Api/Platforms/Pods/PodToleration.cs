using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Pods;

/// <summary>A taint that a pod bears, as Kubernetes has it.</summary>
[CelRule("!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')", "tolerationSeconds needs effect NoExecute: set it, or remove tolerationSeconds", FieldPath = ".tolerationSeconds")]
[CelRule("self.operator != 'Exists' || !has(self.value)", "operator Exists takes no value: remove value", FieldPath = ".value")]
[CelRule("self.operator != 'Equal' || has(self.key)", "operator Equal needs a key: set key", FieldPath = ".key")]
public sealed record PodToleration
{
    /// <summary>The taint's key; all keys if unset, with operator Exists.</summary>
    [Bounds(Min = 1, Max = 317)]
    public string? Key { get; init; }

    /// <summary>How key and value relate to the taint's.</summary>
    public TolerationOperator Operator { get; init; } = TolerationOperator.Equal;

    /// <summary>The taint's value.</summary>
    [Bounds(Max = 63)]
    public string? Value { get; init; }

    /// <summary>The taint's effect; all if unset.</summary>
    public TaintEffect? Effect { get; init; }

    /// <summary>How long a pod with effect NoExecute stays; for ever if unset.</summary>
    [Bounds(Min = 0)]
    public long? TolerationSeconds { get; init; }
}

/// <summary>How a toleration's key and value relate to a taint's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TolerationOperator>))]
public enum TolerationOperator
{
    /// <summary>Key and value are the taint's.</summary>
    Equal,

    /// <summary>The key is the taint's.</summary>
    Exists,
}

/// <summary>What a taint does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaintEffect>))]
public enum TaintEffect
{
    /// <summary>No new pods.</summary>
    NoSchedule,

    /// <summary>No new pods if it can be helped.</summary>
    PreferNoSchedule,

    /// <summary>No pods.</summary>
    NoExecute,
}
