using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A typed value that a build may set.</summary>
[Excludes("default", "secretKeyRef")]
[Excludes("default", "configMapKeyRef")]
[Excludes("default", "required", WhenTrue = true)]
[Excludes("default", "sensitive", WhenTrue = true)]
[CelRule("!has(self.secretKeyRef) || self.type == 'string'", "a parameter with secretKeyRef must have type string", FieldPath = ".type")]
[CelRule("!has(self.secretKeyRef) || !has(self.configMapKeyRef)", "secretKeyRef and configMapKeyRef exclude each other: remove one", FieldPath = ".configMapKeyRef")]
[CelRule("!has(self.itemType) || self.type == 'list' || self.type == 'map'", "itemType is for lists and maps only: remove it, or set type list or map", FieldPath = ".itemType")]
[CelRule("!has(self.pattern) || self.type == 'string'", "pattern applies to type string only: remove pattern or set type string", FieldPath = ".pattern")]
public sealed record Parameter
{
    /// <summary>The name, used as <c>$(params.NAME)</c>.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.ParameterPattern)]
    public required string Name { get; init; }

    /// <summary>The type that a value must have.</summary>
    public ParameterType Type { get; init; } = ParameterType.String;

    /// <summary>The type that each item of a list, or each value of a map, must have; any if unset.</summary>
    public ParameterType? ItemType { get; init; }

    /// <summary>What the parameter is for.</summary>
    [Bounds(Max = 1024)]
    public string? Description { get; init; }

    /// <summary>The value when a build sets none. Without a default (and without a reference to one) a build must set the parameter.</summary>
    [FreeForm]
    public JsonElement? Default { get; init; }

    /// <summary>
    /// A build must set the parameter. Implied when there is neither <c>default</c> nor a reference to the value; with <c>false</c> it may then stay
    /// unset: <c>$(params.NAME ?? "…")</c>.
    /// </summary>
    public bool? Required { get; init; }

    /// <summary>A regular expression that a string value must match; anchored at both ends.</summary>
    [Bounds(Max = 512)]
    public string? Pattern { get; init; }

    /// <summary>The values allowed.</summary>
    [FreeForm]
    [Bounds(Max = 64)]
    public IReadOnlyList<JsonElement>? Enum { get; init; }

    /// <summary>Rules that a value must keep, beside type, pattern and enum.</summary>
    [Bounds(Max = 16)]
    public IReadOnlyList<ParameterRule> Validation { get; init; } = [];

    /// <summary>The value is masked in logs and status. Always so with <c>secretKeyRef</c>.</summary>
    public bool? Sensitive { get; init; }

    /// <summary>Where the value stands: the builder pod mounts it as a file; the operator never reads it.</summary>
    public SecretKeyReference? SecretKeyRef { get; init; }

    /// <summary>
    /// Where the value stands when a build sets none. It is read once, when the build starts, and recorded in the build's status. A value that is no
    /// string stands there as YAML or JSON.
    /// </summary>
    public ConfigMapKeyReference? ConfigMapKeyRef { get; init; }

    /// <summary>Whether a build that does not set the parameter leaves it without a value.</summary>
    [JsonIgnore]
    public bool IsOptional => Required == false && Default is null && SecretKeyRef is null && ConfigMapKeyRef is null;

    /// <summary>Whether a build must set the parameter.</summary>
    [JsonIgnore]
    public bool MustBeGiven => Default is null && SecretKeyRef is null && ConfigMapKeyRef is null && !IsOptional;

    /// <summary>Whether the value must never be shown.</summary>
    [JsonIgnore]
    public bool IsSensitive => Sensitive == true || SecretKeyRef is not null;
}
