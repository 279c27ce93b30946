using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>How far a gallery's version is in its regions.</summary>
internal sealed class ReplicationReader(PlatformContext context, AzureClients clients, AzureCalls calls)
{
    public async Task TellAsync(ResourceIdentifier version, CancellationToken cancellationToken)
    {
        var regions = await ReadAsync(version, cancellationToken).ConfigureAwait(false);
        if (regions.Count == 0) return;
        var each = regions.Select(r => new RegionProgress { Name = new AzureLocation(r.Region).Name, Percent = r.Progress ?? 0, State = r.State?.ToString() }).ToList();
        var words = string.Join(", ", each.Select(r => $"{r.Name} {r.Percent}%"));
        context.Observer.Observe(new BuildEvent.Progress($"replicating {version.Name}: {words}; all", each.Average(r => r.Percent) / 100) { Regions = each });
    }

    /// <returns>Why it failed, by region; null if Azure does not say, or does not answer.</returns>
    public async Task<string?> WhyAsync(ResourceIdentifier version, CancellationToken cancellationToken)
    {
        var failed = (await ReadAsync(version, cancellationToken).ConfigureAwait(false)).Where(r => r.State == RegionalReplicationState.Failed).ToList();
        return failed.Count == 0 ? null : string.Join("; ", failed.Select(r => $"{r.Region}: {r.Details ?? "failed"}"));
    }

    private async Task<IReadOnlyList<RegionalReplicationStatus>> ReadAsync(ResourceIdentifier version, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(
                ResourceKind.Version.Read(Reasons.DistributionFailed), t => clients.Arm.GetGalleryImageVersionResource(version).GetAsync(ReplicationStatusType.ReplicationStatus, t), cancellationToken).ConfigureAwait(false);
            return answer.Value.Data.ReplicationStatus?.Summary ?? [];
        }
        catch (PlatformException)
        {
            // It is for people only: the version itself tells what becomes of it.
            return [];
        }
    }
}
