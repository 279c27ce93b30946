using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Who may use an AMI, for how long, and how: calls that say the same when they are made again.</summary>
internal sealed class ImageSettings(PlatformContext context, AwsImage settings, AwsClients clients, AwsCalls calls)
{
    private const string Reason = Reasons.DistributionFailed;

    public async Task ApplyAsync(PlacedImage image, CancellationToken cancellationToken)
    {
        var ec2 = clients.Ec2(image.Region);
        if (settings.RequireImdsV2)
        {
            await RunAsync("ModifyImageAttribute", t => ec2.ModifyImageAttributeAsync(new() { ImageId = image.Id, ImdsSupport = "v2.0" }, t), cancellationToken).ConfigureAwait(false);
        }

        if (settings.DeprecateAfter is { } after)
        {
            // To the minute, as EC2 rounds it; counted from the AMI's birth, so that doing it again changes nothing.
            var born = DateTimeOffset.TryParse(image.Image.CreationDate, System.Globalization.CultureInfo.InvariantCulture, out var date) ? date : context.Time.GetUtcNow();
            await RunAsync("EnableImageDeprecation", t => ec2.EnableImageDeprecationAsync(new() { ImageId = image.Id, DeprecateAt = (born + after.Value).UtcDateTime }, t), cancellationToken).ConfigureAwait(false);
        }

        // Shared when it is in order otherwise; protected last, for until then a failed build takes it away.
        if (settings.ShareWith is { } sharing && image.IsOurs) await ShareAsync(ec2, image, sharing, cancellationToken).ConfigureAwait(false);
        if (settings.DeregistrationProtection)
        {
            await RunAsync("EnableImageDeregistrationProtection", t => ec2.EnableImageDeregistrationProtectionAsync(new() { ImageId = image.Id }, t), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The reaper knows results by it: their build may be gone.</summary>
    public Task MarkKeptAsync(PlacedImage image, CancellationToken cancellationToken) => RunAsync(
        "CreateTags",
        t => clients.Ec2(image.Region).CreateTagsAsync(new() { Resources = [image.Id, .. ImageReader.SnapshotsOf(image.Image)], Tags = [new(BuildTags.Kept, "true")] }, t),
        cancellationToken);

    private async Task ShareAsync(IAmazonEC2 ec2, PlacedImage image, AwsSharing sharing, CancellationToken cancellationToken)
    {
        List<LaunchPermission> permissions =
        [
            .. sharing.Accounts.Select(a => new LaunchPermission { UserId = a }),
            .. sharing.Organizations.Select(o => new LaunchPermission { OrganizationArn = o }),
            .. sharing.OrganizationalUnits.Select(u => new LaunchPermission { OrganizationalUnitArn = u }),
        ];
        if (permissions.Count > 0)
        {
            await RunAsync(
                "ModifyImageAttribute", t => ec2.ModifyImageAttributeAsync(new() { ImageId = image.Id, LaunchPermission = new() { Add = permissions } }, t), cancellationToken).ConfigureAwait(false);
        }

        if (!sharing.Snapshots || sharing.Accounts.Count == 0) return;
        foreach (var snapshot in ImageReader.SnapshotsOf(image.Image))
        {
            var request = new ModifySnapshotAttributeRequest
            {
                SnapshotId = snapshot,
                Attribute = SnapshotAttributeName.CreateVolumePermission,
                CreateVolumePermission = new() { Add = [.. sharing.Accounts.Select(a => new CreateVolumePermission { UserId = a })] },
            };
            await RunAsync("ModifySnapshotAttribute", t => ec2.ModifySnapshotAttributeAsync(request, t), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<T> RunAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        calls.RunAsync(AwsCall.Ec2(action, Reason) with { OfWhatWasJustMade = true }, run, cancellationToken);
}
