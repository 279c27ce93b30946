using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Azure.Calls;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>Resources by way of the SDK's generic ones.</summary>
internal sealed class GenericResources(AzureClients clients, AzureCalls calls, Operations operations) : IArmResources
{
    private static readonly JsonElement None = JsonDocument.Parse("{}").RootElement;

    public async Task<ArmResource> PutAsync(AzureCall call, ResourceIdentifier id, ArmBody body, AdaptiveWait wait, CancellationToken cancellationToken)
    {
        var begun = await StartAsync(call, id, body, cancellationToken).ConfigureAwait(false);
        await operations.WaitAsync(call, begun, wait, cancellationToken).ConfigureAwait(false);
        var read = new AzureCall(call.Action.Replace("/write", "/read", StringComparison.Ordinal), call.Reason) { OfWhatWasJustMade = true };
        return await ReadAsync(read, id, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.Terminal, call.Reason, $"{id} is gone", "was it removed by someone else?");
    }

    public async Task<Func<CancellationToken, Task<string?>>> BeginPutAsync(AzureCall call, ResourceIdentifier id, ArmBody body, CancellationToken cancellationToken)
    {
        var begun = await StartAsync(call, id, body, cancellationToken).ConfigureAwait(false);
        return t => operations.WhyAsync(call, begun, t);
    }

    public async Task<ArmResource?> ReadAsync(AzureCall call, ResourceIdentifier id, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(call, t => clients.Arm.GetGenericResource(id).GetAsync(t), cancellationToken).ConfigureAwait(false);
            return Read(answer.Value);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            return null;
        }
    }

    public async Task RemoveAsync(AzureCall call, ResourceIdentifier id, AdaptiveWait wait, CancellationToken cancellationToken)
    {
        try
        {
            var operation = await calls.RunAsync(call, t => clients.Arm.GetGenericResource(id).DeleteAsync(WaitUntil.Started, t), cancellationToken).ConfigureAwait(false);
            await operations.WaitAsync(call, operation.GetRawResponse(), wait, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            // It is gone.
        }
    }

    public Task TagAsync(AzureCall call, ResourceIdentifier id, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var patch = new TagResourcePatch { PatchMode = TagPatchMode.Merge };
        foreach (var (name, value) in tags) patch.TagValues[name] = value;
        return calls.RunAsync(call, t => clients.Arm.GetTagResource(TagResource.CreateResourceIdentifier(id)).UpdateAsync(WaitUntil.Completed, patch, t), cancellationToken);
    }

    private async Task<Response> StartAsync(AzureCall call, ResourceIdentifier id, ArmBody body, CancellationToken cancellationToken)
    {
        var data = new GenericResourceData(new AzureLocation(body.Location)) { Properties = BinaryData.FromString(body.Properties.ToJsonString()) };
        if (body.Sku is { } sku) data.Sku = new ResourcesSku { Name = sku };
        foreach (var (name, value) in body.Tags) data.Tags[name] = value;
        var operation = await calls.RunAsync(call, t => clients.Arm.GetGenericResources().CreateOrUpdateAsync(WaitUntil.Started, id, data, t), cancellationToken).ConfigureAwait(false);
        // From now on it is there, in whatever state.
        call.Unclear = true;
        return operation.GetRawResponse();
    }

    private static ArmResource Read(GenericResource found)
    {
        var properties = found.Data.Properties is { } given ? JsonDocument.Parse(given).RootElement : None;
        return new(found.Id, found.Data.Location.Name, new Dictionary<string, string>(found.Data.Tags), properties);
    }
}
