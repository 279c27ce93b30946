using System.Text.Json;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>A custom resource with what ours have: conditions, a list map, enums, free-form JSON, a struct with its own converter.</summary>
[KubernetesEntity(Group = "runtime.test", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
public sealed record Widget : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "runtime.test/v1";

    public string Kind { get; set; } = "Widget";

    public V1ObjectMeta Metadata { get; set; } = new();

    public WidgetSpec? Spec { get; set; }

    public WidgetStatus? Status { get; set; }
}

public sealed record WidgetSpec
{
    public Shade? Shade { get; init; }

    public Fit? Fit { get; init; }

    public JsonElement? Free { get; init; }

    public Span? Span { get; init; }

    public string? Absent { get; init; }

    public int? Size { get; init; }
}

public sealed record WidgetStatus
{
    public long? ObservedGeneration { get; init; }

    public List<V1Condition>? Conditions { get; init; }

    public List<WidgetTarget>? Targets { get; init; }

    public string? Phase { get; init; }
}

public sealed record WidgetTarget
{
    public required string Name { get; init; }

    public int? Attempt { get; init; }

    public string? Stage { get; init; }
}

/// <summary>Says itself how it is written.</summary>
[JsonConverter(typeof(KebabShade))]
public enum Shade
{
    DarkRed,
    LightBlue,
}

/// <summary>Does not.</summary>
public enum Fit
{
    Loose,
    Tight,
}

public sealed class KebabShade() : JsonStringEnumConverter<Shade>(JsonNamingPolicy.KebabCaseLower);

[JsonConverter(typeof(SpanConverter))]
public readonly record struct Span(int Minutes);

public sealed class SpanConverter : JsonConverter<Span>
{
    public override Span Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(int.Parse(reader.GetString()!.TrimEnd('m'), System.Globalization.CultureInfo.InvariantCulture));

    public override void Write(Utf8JsonWriter writer, Span value, JsonSerializerOptions options) => writer.WriteStringValue($"{value.Minutes}m");
}
