using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>
/// Puts an AMI in the place of another one of the same name. An AMI cannot be renamed, and a name is one AMI's: the new one is made by a name of its own,
/// and when it is good the other is deregistered and the new one's snapshots are registered by the name, which takes no time. From the deregistration on there
/// is no way back, only forward: the next attempt, the clean-up of a failed build and the sweeper all finish what was begun, and what has taken the place stays.
/// </summary>
internal sealed class ImageReplacement(
    PlatformContext context, AwsImage settings, AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags, ImageReader images)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly NameChoice _names = new(context, settings, images);
    private readonly RegistrationCopy _copy = new(settings, clients, calls);

    public static string KeyOf(string region) => $"replacement/{region}";

    /// <summary>Gives an AMI that is good its name.</summary>
    public async Task<PlacedImage> ReplaceAsync(PlacedImage placed, CancellationToken cancellationToken)
    {
        if (!_names.MayReplace || placed.Image.Name == _names.Final) return placed;
        var other = await _names.FindOtherAsync(placed.Region, cancellationToken).ConfigureAwait(false);
        var request = await _copy.OfAsync(placed.Region, placed.Image, _names.Final, Tags(placed.LedgerKey, other?.ImageId), cancellationToken).ConfigureAwait(false);
        // Who may not register must not deregister.
        await _copy.RehearseAsync(placed.Region, request, cancellationToken).ConfigureAwait(false);
        var properties = new Dictionary<string, string> { [Properties.Image] = placed.LedgerKey, [Properties.Temporary] = placed.Id, [Properties.Name] = _names.Final };
        if (other is not null) properties[Properties.Snapshots] = string.Join(' ', ImageReader.SnapshotsOf(other));
        await maker.IntendAsync(new(KeyOf(placed.Region), ResourceTypes.Replacement, other?.ImageId, properties, placed.Region), cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"{placed.Id} takes the place of {other?.ImageId ?? "an AMI that is gone"} in {placed.Region}"));
        var image = await FinishAsync(context.Ledger.Find(KeyOf(placed.Region))!, cancellationToken).ConfigureAwait(false);
        await context.Ledger.ForgetAsync(KeyOf(placed.Region), cancellationToken).ConfigureAwait(false);
        return placed with { Image = image };
    }

    /// <summary>Finishes what was begun; what was only intended is left as it is.</summary>
    public async Task ResolveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Id is { } other && await images.ReadAsync(entry.Location!, other, justMade: false, cancellationToken).ConfigureAwait(false) is not null) return;
        await FinishAsync(entry, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Image> FinishAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, known) = (entry.Location!, entry.Properties!);
        if (entry.Id is { } other) await DeregisterAsync(region, other, cancellationToken).ConfigureAwait(false);
        var image = await PlaceAsync(entry, cancellationToken).ConfigureAwait(false);
        // From here on clean-up and the reaper leave them alone.
        var marks = new CreateTagsRequest { Resources = [image.ImageId, .. ImageReader.SnapshotsOf(image)], Tags = [new(BuildTags.Kept, "true"), new(BuildTags.Replaces, entry.Id ?? "none")] };
        await calls.RunAsync(AwsCall.Ec2("CreateTags", Reason) with { OfWhatWasJustMade = true }, t => clients.Ec2(region).CreateTagsAsync(marks, t), cancellationToken).ConfigureAwait(false);
        if (context.Ledger.Find(known[Properties.Image]) is not null) await context.Ledger.ConfirmAsync(known[Properties.Image], image.ImageId, null, cancellationToken).ConfigureAwait(false);
        await DeregisterAsync(region, known[Properties.Temporary], cancellationToken).ConfigureAwait(false);
        foreach (var snapshot in known.GetValueOrDefault(Properties.Snapshots)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (await images.IsInUseAsync(region, snapshot, cancellationToken).ConfigureAwait(false)) continue;
            await GoneAsync("DeleteSnapshot", t => clients.Ec2(region).DeleteSnapshotAsync(new() { SnapshotId = snapshot }, t), cancellationToken).ConfigureAwait(false);
        }

        return image;
    }

    /// <summary>The AMI by its name: registered now, or by an earlier try.</summary>
    private async Task<Image> PlaceAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, key, temporary) = (entry.Location!, entry.Properties![Properties.Image], entry.Properties[Properties.Temporary]);
        var id = context.Ledger.Find(key)?.Id is { } placed && placed != temporary
            ? placed
            : (await _names.FindPlacedAsync(region, cancellationToken).ConfigureAwait(false))?.ImageId ?? await RegisterAsync(entry, key, temporary, cancellationToken).ConfigureAwait(false);
        return await images.WaitAsync(context.Time, region, id, Reason, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> RegisterAsync(LedgerEntry entry, string key, string temporary, CancellationToken cancellationToken)
    {
        var region = entry.Location!;
        var from = await images.ReadAsync(region, temporary, justMade: false, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.Terminal, Reason, $"the AMI {temporary} in {region}, which was to take the place of {entry.Id}, is gone", "was it deregistered by someone else?");
        var request = await _copy.OfAsync(region, from, entry.Properties![Properties.Name], Tags(key, entry.Id), cancellationToken).ConfigureAwait(false);
        try
        {
            var call = AwsCall.Ec2("RegisterImage", Reason);
            return (await calls.RunAsync(call, t => clients.Ec2(region).RegisterImageAsync(request, t), cancellationToken).ConfigureAwait(false)).ImageId;
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "InvalidAMIName.Duplicate")
        {
            return await Waiting.AdaptiveWait.InstanceStart.PollAsync(
                context.Time, async () => (await _names.FindPlacedAsync(region, cancellationToken).ConfigureAwait(false))?.ImageId, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<TagSpecification> Tags(string key, string? other)
    {
        var specifications = tags.Specifications(key, _names.Final, ResourceType.Image);
        specifications[0].Tags.AddRange([new(BuildTags.Kept, "true"), new(BuildTags.Replaces, other ?? "none")]);
        return specifications;
    }

    private Task DeregisterAsync(string region, string id, CancellationToken cancellationToken) =>
        GoneAsync("DeregisterImage", t => clients.Ec2(region).DeregisterImageAsync(new() { ImageId = id }, t), cancellationToken);

    private async Task GoneAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(AwsCall.Ec2(action, Reason), run, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // By an earlier try.
        }
    }
}
