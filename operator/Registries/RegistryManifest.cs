using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageOperator.Registries;

/// <summary>A manifest or an index.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">What it is.</param>
/// <param name="Layers">The layers of a manifest.</param>
/// <param name="Manifests">The manifests of an index.</param>
public sealed record RegistryManifest(string Digest, string MediaType, IReadOnlyList<RegistryDescriptor> Layers, IReadOnlyList<RegistryDescriptor> Manifests)
{
    internal static RegistryManifest Parse(byte[] bytes, string digest, string? contentType)
    {
        var body = JsonSerializer.Deserialize<Body>(bytes, JsonSerializerOptions.Web) ?? throw new JsonException("it is empty");
        return new(digest, body.MediaType ?? contentType ?? "", body.Layers ?? [], body.Manifests ?? []);
    }

    private sealed record Body(string? MediaType, IReadOnlyList<RegistryDescriptor>? Layers, IReadOnlyList<RegistryDescriptor>? Manifests);
}

/// <summary>What a manifest refers to.</summary>
public sealed record RegistryDescriptor
{
    /// <summary>What it is.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Its digest.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Notes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>For which machines, in an index.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegistryPlatform? Platform { get; init; }
}

/// <summary>Machines.</summary>
/// <param name="Os">The operating system.</param>
/// <param name="Architecture">The architecture, in Go's words.</param>
public sealed record RegistryPlatform(string? Os, string? Architecture);
