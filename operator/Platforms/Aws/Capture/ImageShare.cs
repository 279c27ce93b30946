using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Lets another account copy the AMI for as long as the build lasts: a temporary entry of the ledger, which clean-up removes.</summary>
internal sealed class ImageShare(PlatformContext context, AwsImage settings, AwsClients clients, AwsCalls calls, Maker maker)
{
    private const string Reason = Reasons.DistributionFailed;

    public async Task OpenAsync(Image image, string account, CancellationToken cancellationToken)
    {
        var key = $"share/{account}";
        var properties = new Dictionary<string, string> { [Properties.Image] = image.ImageId, [Properties.Snapshots] = string.Join(' ', ImageReader.SnapshotsOf(image)) };
        await maker.IntendAsync(new(key, ResourceTypes.Share, account, properties, clients.Region), cancellationToken).ConfigureAwait(false);
        await RunAsync("ModifyImageAttribute", t => clients.Ec2().ModifyImageAttributeAsync(Image(image.ImageId, new() { Add = [new() { UserId = account }] }), t), cancellationToken).ConfigureAwait(false);
        foreach (var snapshot in ImageReader.SnapshotsOf(image))
        {
            await RunAsync("ModifySnapshotAttribute", t => clients.Ec2().ModifySnapshotAttributeAsync(Snapshot(snapshot, new() { Add = [new() { UserId = account }] }), t), cancellationToken).ConfigureAwait(false);
        }

        await context.Ledger.ConfirmAsync(key, account, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what the target's own sharing does not give.</summary>
    public async Task CloseAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (account, known) = (entry.Id!, entry.Properties!);
        var given = settings.ShareWith is { } sharing && sharing.Accounts.Contains(account);
        if (!given)
        {
            await CloseAsync("ModifyImageAttribute", t => clients.Ec2().ModifyImageAttributeAsync(Image(known[Properties.Image], new() { Remove = [new() { UserId = account }] }), t), cancellationToken).ConfigureAwait(false);
        }

        if (given && settings.ShareWith!.Snapshots) return;
        foreach (var snapshot in known[Properties.Snapshots].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await CloseAsync("ModifySnapshotAttribute", t => clients.Ec2().ModifySnapshotAttributeAsync(Snapshot(snapshot, new() { Remove = [new() { UserId = account }] }), t), cancellationToken).ConfigureAwait(false);
        }
    }

    private static ModifyImageAttributeRequest Image(string id, LaunchPermissionModifications change) => new() { ImageId = id, LaunchPermission = change };

    private static ModifySnapshotAttributeRequest Snapshot(string id, CreateVolumePermissionModifications change) =>
        new() { SnapshotId = id, Attribute = SnapshotAttributeName.CreateVolumePermission, CreateVolumePermission = change };

    private Task CloseAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) => calls.RunUnlessGoneAsync(AwsCall.Ec2(action, Reason), run, cancellationToken);

    private Task<T> RunAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) => calls.RunAsync(AwsCall.Ec2(action, Reason), run, cancellationToken);
}
