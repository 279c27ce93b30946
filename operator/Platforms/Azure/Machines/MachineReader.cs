using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>Looks at machines, stops and removes them.</summary>
internal sealed class MachineReader(AzureClients clients, AzureCalls calls, Operations operations, IArmResources resources)
{
    public const string Running = "PowerState/running";
    public const string Starting = "PowerState/starting";
    public const string Deallocated = "PowerState/deallocated";

    private const string Reason = Reasons.MachineFailed;

    /// <returns>Null if there is none.</returns>
    public async Task<VirtualMachineData?> ReadAsync(ResourceIdentifier id, bool justMade, CancellationToken cancellationToken)
    {
        try
        {
            var call = ResourceKind.Machine.Read(Reason) with { OfWhatWasJustMade = justMade };
            return (await calls.RunAsync(call, t => clients.Arm.GetVirtualMachineResource(id).GetAsync(InstanceViewType.InstanceView, t), cancellationToken).ConfigureAwait(false)).Value.Data;
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            return null;
        }
    }

    public static string? PowerOf(VirtualMachineData? machine) => machine?.InstanceView?.Statuses?.FirstOrDefault(s => s.Code?.StartsWith("PowerState/", StringComparison.Ordinal) == true)?.Code;

    public async Task DeallocateAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var call = new AzureCall("Microsoft.Compute/virtualMachines/deallocate/action", Reasons.CaptureFailed);
        var operation = await calls.RunAsync(call, t => clients.Arm.GetVirtualMachineResource(id).DeallocateAsync(WaitUntil.Started, null, t), cancellationToken).ConfigureAwait(false);
        await operations.WaitAsync(call, operation.GetRawResponse(), Waits.MachineStop, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a machine, and its disks where Azure had no machine yet to remove them with.</summary>
    public async Task RemoveAsync(ResourceIdentifier id, IReadOnlyList<ResourceIdentifier> disks, CancellationToken cancellationToken)
    {
        try
        {
            var call = ResourceKind.Machine.Delete(Reason);
            // There is nothing on it to be written: by force it is faster.
            var operation = await calls.RunAsync(
                call, t => clients.Arm.GetVirtualMachineResource(id).DeleteAsync(WaitUntil.Started, forceDeletion: true, t), cancellationToken).ConfigureAwait(false);
            await operations.WaitAsync(call, operation.GetRawResponse(), Waits.Removal, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.IsGone(e))
        {
            // It is gone.
        }

        foreach (var disk in disks) await resources.RemoveAsync(ResourceKind.Disk.Delete(Reason), disk, Waits.Removal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The serial console's log, which lies in a storage account of Azure's own.</summary>
    public async Task<string> ReadConsoleAsync(ResourceIdentifier id, CancellationToken cancellationToken)
    {
        var answer = await calls.RunAsync(
            new AzureCall("Microsoft.Compute/virtualMachines/retrieveBootDiagnosticsData/action", Reason),
            t => clients.Arm.GetVirtualMachineResource(id).RetrieveBootDiagnosticsDataAsync(null, t), cancellationToken).ConfigureAwait(false);
        if (answer.Value.SerialConsoleLogBlobUri is not { } log) return "";
        using var http = new HttpClient(clients.Access.HttpHandler?.Invoke() ?? new SocketsHttpHandler());
        return await http.GetStringAsync(log, cancellationToken).ConfigureAwait(false);
    }
}
