using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Capture;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>Deregisters AMIs and deletes their snapshots, which AWS leaves behind.</summary>
internal sealed class ImageRemover(PlatformContext context, AwsClients clients, AwsCalls calls, ImageReader images)
{
    private const string Reason = Reasons.CaptureFailed;

    public delegate Task<IReadOnlyList<string>> Finding(LedgerEntry entry, Func<Task<IReadOnlyList<string>>> look, CancellationToken cancellationToken);

    public async Task RemoveAsync(LedgerEntry entry, Finding find, CancellationToken cancellationToken)
    {
        var region = entry.Location ?? clients.Region;
        if (context.Ledger.Find(ImageReplacement.KeyOf(region)) is { } replacement && replacement.Properties?.GetValueOrDefault(Properties.Image) == entry.Key)
        {
            throw new PlatformException(
                FailureKind.Terminal, Reason, $"{entry.Id} is to take the place of {replacement.Id}, which may be gone already, and must stay until it has", "see why it cannot be registered by its name");
        }

        var ids = await find(entry, MarkedAsync, cancellationToken).ConfigureAwait(false);
        // Under two names while it takes its last one.
        if (context.Target.Aws?.Image.NameRule == AwsNameRule.Replace) ids = [.. ids.Union(await MarkedAsync().ConfigureAwait(false))];
        var (snapshots, staying) = (new HashSet<string>(), new HashSet<string>());
        foreach (var id in ids)
        {
            var image = await images.ReadAsync(region, id, justMade: false, cancellationToken).ConfigureAwait(false);
            if (BuildTags.Value(image?.Tags, BuildTags.Replaces) is { } other)
            {
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the AMI {id} in {region} stays: it has taken the place of {other}, which is gone"));
                staying.UnionWith(ImageReader.SnapshotsOf(image!));
                continue;
            }

            if (image is not null) snapshots.UnionWith(ImageReader.SnapshotsOf(image));
            await DeregisterAsync(clients.Ec2(region), id, image, cancellationToken).ConfigureAwait(false);
        }

        // By their marks, too: a process that died after the deregistration has left them without an AMI.
        foreach (var snapshot in await new SnapshotReader(context, clients, calls).FindAsync(region, entry.Key, cancellationToken).ConfigureAwait(false))
        {
            // Those of an AMI that has taken another one's place stay with it; it may have lost its own since.
            var may = BuildTags.Value(snapshot.Tags, BuildTags.Replaces) is null || !await images.IsInUseAsync(region, snapshot.SnapshotId, gone: null, cancellationToken).ConfigureAwait(false);
            if (may) snapshots.Add(snapshot.SnapshotId);
        }

        foreach (var snapshot in snapshots.Except(staying))
        {
            await RunAsync("DeleteSnapshot", t => clients.Ec2(region).DeleteSnapshotAsync(new() { SnapshotId = snapshot }, t), cancellationToken).ConfigureAwait(false);
        }

        async Task<IReadOnlyList<string>> MarkedAsync() =>
            [.. (await images.FindAsync(region, context.Identity, entry.Key, cancellationToken).ConfigureAwait(false)).Select(i => i.ImageId)];
    }

    private async Task DeregisterAsync(IAmazonEC2 ec2, string id, Image? image, CancellationToken cancellationToken)
    {
        if (image is not null && ImageReader.IsProtected(image))
        {
            await RunAsync("DisableImageDeregistrationProtection", t => ec2.DisableImageDeregistrationProtectionAsync(new() { ImageId = id }, t), cancellationToken).ConfigureAwait(false);
        }

        await RunAsync("DeregisterImage", t => ec2.DeregisterImageAsync(new() { ImageId = id }, t), cancellationToken).ConfigureAwait(false);
    }

    private Task RunAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        calls.RunUnlessGoneAsync(AwsCall.Ec2(action, Reason), run, cancellationToken);
}
