using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Engine.Clouds;
using ImageOperator.Platforms.Azure.Calls;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>Resources of any kind, by their IDs: networks have no package of their own here, and galleries know more than theirs.</summary>
internal interface IArmResources
{
    /// <summary>Makes or changes one, and waits until Azure is done.</summary>
    Task<ArmResource> PutAsync(AzureCall call, ResourceIdentifier id, ArmBody body, AdaptiveWait wait, CancellationToken cancellationToken);

    /// <summary>Asks for one, and returns when Azure has begun with it.</summary>
    /// <returns>Asks why it failed: null if Azure does not say.</returns>
    Task<Func<CancellationToken, Task<string?>>> BeginPutAsync(AzureCall call, ResourceIdentifier id, ArmBody body, CancellationToken cancellationToken);

    /// <returns>Null if there is none.</returns>
    Task<ArmResource?> ReadAsync(AzureCall call, ResourceIdentifier id, CancellationToken cancellationToken);

    /// <summary>Removes one, and waits until it is gone. That there is none is success.</summary>
    Task RemoveAsync(AzureCall call, ResourceIdentifier id, AdaptiveWait wait, CancellationToken cancellationToken);

    /// <summary>Adds tags to one.</summary>
    Task TagAsync(AzureCall call, ResourceIdentifier id, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);
}

/// <summary>What a resource shall be.</summary>
internal sealed record ArmBody(string Location, JsonObject Properties, IReadOnlyDictionary<string, string> Tags, string? Sku = null);

/// <summary>A resource as Azure shows it.</summary>
internal sealed record ArmResource(ResourceIdentifier Id, string? Location, IReadOnlyDictionary<string, string> Tags, JsonElement Properties)
{
    public string? State => Text("provisioningState");

    /// <summary>A text of the properties, by its path; null if there is none.</summary>
    public string? Text(params string[] path)
    {
        var at = Properties;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        }

        return at.ValueKind == JsonValueKind.String ? at.GetString() : at.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : at.GetRawText();
    }
}
