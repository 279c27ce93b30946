using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Looks at snapshots, and waits for them.</summary>
internal sealed class SnapshotReader(PlatformContext context, AwsClients clients, AwsCalls calls)
{
    /// <summary>Those that bear the marks of this build's target and a ledger key.</summary>
    public Task<List<Snapshot>> FindAsync(string region, string key, CancellationToken cancellationToken) =>
        DescribeAsync(region, new() { OwnerIds = ["self"], Filters = BuildTags.Filters(context.Identity, key) }, justMade: false, cancellationToken);

    /// <summary>Waits until all are complete, with one call for all: an AMI can be registered of such only.</summary>
    public Task WaitAsync(List<string> ids, CancellationToken cancellationToken) => Waits.Snapshot.PollAsync(context.Time, async () =>
    {
        var found = await DescribeAsync(clients.Region, new() { SnapshotIds = ids }, justMade: true, cancellationToken).ConfigureAwait(false);
        if (found.Find(s => s.State == SnapshotState.Error) is { } bad)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reasons.CaptureFailed, $"the snapshot {bad.SnapshotId} failed: {bad.StateMessage ?? "AWS says nothing more"}", "a disabled KMS key is a frequent cause");
        }

        return found.Count(s => s.State == SnapshotState.Completed) == ids.Count ? found : null;
    }, cancellationToken);

    /// <summary>The ARNs of the keys that snapshots are encrypted with.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string region, IReadOnlyList<string> snapshots, CancellationToken cancellationToken)
    {
        if (snapshots.Count == 0) return [];
        var found = await DescribeAsync(region, new() { SnapshotIds = [.. snapshots] }, justMade: true, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(s => s.KmsKeyId).Where(k => !string.IsNullOrEmpty(k)).Distinct()];
    }

    private async Task<List<Snapshot>> DescribeAsync(string region, DescribeSnapshotsRequest request, bool justMade, CancellationToken cancellationToken)
    {
        var call = AwsCall.Ec2("DescribeSnapshots", Reasons.CaptureFailed) with { OfWhatWasJustMade = justMade };
        return (await calls.RunAsync(call, t => clients.Ec2(region).DescribeSnapshotsAsync(request, t), cancellationToken).ConfigureAwait(false)).Snapshots ?? [];
    }
}
