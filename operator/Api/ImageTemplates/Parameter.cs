using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A typed value that a build may set.</summary>
[Excludes("default", "secretKeyRef")]
[Excludes("default", "required", WhenTrue = true)]
[Excludes("default", "sensitive", WhenTrue = true)]
[CelRule("!has(self.secretKeyRef) || self.type == 'string'", "a parameter with secretKeyRef must have type string", FieldPath = ".type")]
[CelRule("!has(self.pattern) || self.type == 'string'", "pattern applies to type string only: remove pattern or set type string", FieldPath = ".pattern")]
public sealed record Parameter
{
    /// <summary>The name, used as <c>$(params.NAME)</c>.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.ParameterPattern)]
    public required string Name { get; init; }

    /// <summary>The type that a value must have.</summary>
    public ParameterType Type { get; init; } = ParameterType.String;

    /// <summary>What the parameter is for.</summary>
    [Bounds(Max = 1024)]
    public string? Description { get; init; }

    /// <summary>The value when a build sets none. Without a default (and without secretKeyRef) a build must set the parameter.</summary>
    [FreeForm]
    public JsonElement? Default { get; init; }

    /// <summary>A build must set the parameter. Implied when there is neither <c>default</c> nor <c>secretKeyRef</c>.</summary>
    public bool? Required { get; init; }

    /// <summary>A regular expression that a string value must match; anchored at both ends.</summary>
    [Bounds(Max = 512)]
    public string? Pattern { get; init; }

    /// <summary>The values allowed.</summary>
    [FreeForm]
    [Bounds(Max = 64)]
    public IReadOnlyList<JsonElement>? Enum { get; init; }

    /// <summary>The value is masked in logs and status. Always so with <c>secretKeyRef</c>.</summary>
    public bool? Sensitive { get; init; }

    /// <summary>Where the value stands: the builder pod mounts it as a file; the operator never reads it.</summary>
    public SecretKeyReference? SecretKeyRef { get; init; }

    /// <summary>Whether the value must never be shown.</summary>
    [JsonIgnore]
    public bool IsSensitive => Sensitive == true || SecretKeyRef is not null;
}
