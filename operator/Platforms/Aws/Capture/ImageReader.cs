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

/// <summary>Looks at AMIs, and waits for them.</summary>
internal sealed class ImageReader(AwsClients clients, AwsCalls calls)
{
    /// <returns>Null if there is none.</returns>
    public async Task<Image?> ReadAsync(string region, string id, bool justMade, CancellationToken cancellationToken)
    {
        try
        {
            return (await DescribeAsync(region, new() { ImageIds = [id] }, justMade, cancellationToken).ConfigureAwait(false)).FirstOrDefault();
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The AMIs that bear the marks of this build's target and a ledger key.</summary>
    public Task<List<Image>> FindAsync(string region, BuildIdentity identity, string key, CancellationToken cancellationToken) =>
        DescribeAsync(region, new() { Owners = ["self"], Filters = BuildTags.Filters(identity, key) }, justMade: false, cancellationToken);

    public Task<List<Image>> FindByNameAsync(string region, string name, CancellationToken cancellationToken) =>
        DescribeAsync(region, new() { Owners = ["self"], Filters = [new("name", [name])] }, justMade: false, cancellationToken);

    /// <summary>Waits until AWS has made the AMI, however long that takes: what is in the making is never thrown away.</summary>
    public Task<Image> WaitAsync(TimeProvider time, string region, string id, string reason, CancellationToken cancellationToken) =>
        Waits.Image.PollAsync(
            clients.Looks.Images(region),
            new Awaited<Image, Image>(id, SharedLook<Image>.Settling, async ids => await DescribeOwnAsync(region, ids, cancellationToken).ConfigureAwait(false), image =>
            {
                if (image is null) throw Failed("is not found any more", "was it deregistered by someone else?");
                if (image.State == ImageState.Available) return image;
                if (image.State == ImageState.Pending) return null;
                throw Failed($"is {image.State}: {image.StateReason?.Message ?? "AWS says nothing more"}", "see the snapshot's state in the console; a disabled KMS key is a frequent cause");

                PlatformException Failed(string what, string hint) => new(FailureKind.Terminal, reason, $"the AMI {id} in {region} {what}", hint);
            }),
            time, cancellationToken);

    // By a filter: of IDs one that is not there, or not yet, would fail the call for all.
    private Task<List<Image>> DescribeOwnAsync(string region, List<string> ids, CancellationToken cancellationToken) =>
        DescribeAsync(region, new() { Owners = ["self"], Filters = [new("image-id", ids)] }, justMade: false, cancellationToken);

    /// <summary>The EBS snapshots of an AMI.</summary>
    public static IReadOnlyList<string> SnapshotsOf(Image image) =>
        [.. (image.BlockDeviceMappings ?? []).Select(m => m.Ebs?.SnapshotId).Where(s => !string.IsNullOrEmpty(s)).Cast<string>()];

    public static bool IsProtected(Image image) => image.DeregistrationProtection?.StartsWith("enabled", StringComparison.Ordinal) == true;

    /// <summary>Whether an AMI has a snapshot, one that is known to be gone apart: AWS may show it for a while yet.</summary>
    public async Task<bool> IsInUseAsync(string region, string snapshot, string? gone, CancellationToken cancellationToken) =>
        (await DescribeAsync(region, new() { Owners = ["self"], Filters = [new("block-device-mapping.snapshot-id", [snapshot])] }, justMade: false, cancellationToken).ConfigureAwait(false))
        .Exists(i => i.ImageId != gone);

    private async Task<List<Image>> DescribeAsync(string region, DescribeImagesRequest request, bool justMade, CancellationToken cancellationToken)
    {
        var call = AwsCall.Ec2("DescribeImages", Reasons.CaptureFailed) with { OfWhatWasJustMade = justMade };
        var answer = await calls.RunAsync(call, t => clients.Ec2(region).DescribeImagesAsync(request, t), cancellationToken).ConfigureAwait(false);
        // What was deregistered is shown for a while yet.
        return [.. (answer.Images ?? []).Where(i => i.State != ImageState.Deregistered)];
    }
}
