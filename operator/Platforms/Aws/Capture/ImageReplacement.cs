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
using ImageOperator.Platforms.Aws.Sources;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>
/// Puts an AMI in the place of another one of the same name. An AMI cannot be renamed, and a name is one AMI's: the new one is made by a name of its own,
/// and when it is good the other is deregistered and the new one's snapshots are registered by the name, which takes no time. Before the deregistration it is
/// written down that it begins: from then on there is no way back, only forward, whatever AWS shows of the other. The next attempt, the clean-up of a failed
/// build and the sweeper all finish what was begun, and what has taken the place stays. What takes a name that nobody has any more is no more than a result.
/// </summary>
internal sealed class ImageReplacement(
    PlatformContext context, AwsImage settings, AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags, ImageReader images)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly NameOwner _owner = new(context, images);
    private readonly NameChoice _names = new(context, settings, images);
    private readonly RegistrationCopy _copy = new(settings, clients, calls);

    public static string KeyOf(string region) => $"replacement/{region}";

    /// <summary>Gives an AMI that is good its name.</summary>
    public async Task<PlacedImage> ReplaceAsync(PlacedImage placed, CancellationToken cancellationToken)
    {
        if (!_names.MayReplace || placed.Image.Name == _names.Final) return placed;
        var other = await _names.FindReplaceableAsync(placed.Region, cancellationToken).ConfigureAwait(false);
        var request = await _copy.OfAsync(placed.Region, placed.Image, _names.Final, Tags(placed.LedgerKey, other?.ImageId), cancellationToken).ConfigureAwait(false);
        // Who may not register must not deregister.
        await _copy.RehearseAsync(placed.Region, request, cancellationToken).ConfigureAwait(false);
        var properties = new Dictionary<string, string> { [Properties.Image] = placed.LedgerKey, [Properties.Temporary] = placed.Id, [Properties.Name] = _names.Final };
        if (other is not null) properties[Properties.Snapshots] = string.Join(' ', ImageReader.SnapshotsOf(other));
        var entry = await maker.IntendAsync(new(KeyOf(placed.Region), ResourceTypes.Replacement, other?.ImageId, properties, placed.Region), cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"{placed.Id} takes the {(other is null ? $"name {_names.Final}" : $"place of {other.ImageId}")} in {placed.Region}"));
        var (image, obstacle) = await FinishAsync(entry, cancellationToken).ConfigureAwait(false);
        if (image is null) throw obstacle!;
        await context.Ledger.ForgetAsync(KeyOf(placed.Region), cancellationToken).ConfigureAwait(false);
        return placed with { Image = image };
    }

    /// <summary>For a build that goes on: finishes what was begun, and what needs no beginning.</summary>
    public Task ResumeAsync(LedgerEntry entry, CancellationToken cancellationToken) => entry.Id is null ? FinishIfPossibleAsync(entry, cancellationToken) : ResolveAsync(entry, cancellationToken);

    /// <summary>Finishes what was begun; what was only intended is left as it is.</summary>
    public Task ResolveAsync(LedgerEntry entry, CancellationToken cancellationToken) => IsBegun(entry) ? FinishIfPossibleAsync(entry, cancellationToken) : Task.CompletedTask;

    private static bool IsBegun(LedgerEntry entry) => entry.Properties?.ContainsKey(Properties.Begun) == true;

    private async Task FinishIfPossibleAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if ((await FinishAsync(entry, cancellationToken).ConfigureAwait(false)).Obstacle is not { } obstacle) return;
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"nothing is put in the place of {entry.Id ?? "an AMI that is gone"} in {entry.Location}: {obstacle.Message}"));
    }

    /// <returns>The AMI by its name, or why there is none and never will be.</returns>
    private async Task<(Image? Image, PlatformException? Obstacle)> FinishAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, known) = (entry.Location!, entry.Properties!);
        var (image, obstacle) = await PlaceAsync(entry, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            // Whose name it is now has taken the other's place, too.
            if (await _owner.FindAsync(region, known[Properties.Name], entry.Id, cancellationToken).ConfigureAwait(false) is not null) await DeleteSnapshotsAsync(entry, cancellationToken).ConfigureAwait(false);
            return (null, obstacle);
        }

        if (entry.Id is not null)
        {
            // From here on clean-up and the reaper leave them alone.
            var marks = new CreateTagsRequest { Resources = [image.ImageId, .. ImageReader.SnapshotsOf(image)], Tags = Marks(entry.Id) };
            await calls.RunAsync(AwsCall.Ec2("CreateTags", Reason) with { OfWhatWasJustMade = true }, t => clients.Ec2(region).CreateTagsAsync(marks, t), cancellationToken).ConfigureAwait(false);
        }

        if (context.Ledger.Find(known[Properties.Image]) is not null) await context.Ledger.ConfirmAsync(known[Properties.Image], image.ImageId, null, cancellationToken).ConfigureAwait(false);
        await DeregisterAsync(AwsCall.Ec2("DeregisterImage", Reason), region, known[Properties.Temporary], cancellationToken).ConfigureAwait(false);
        await DeleteSnapshotsAsync(entry, cancellationToken).ConfigureAwait(false);
        return (image, null);
    }

    /// <summary>The other's, but for those that further AMIs have.</summary>
    private async Task DeleteSnapshotsAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        foreach (var snapshot in entry.Properties!.GetValueOrDefault(Properties.Snapshots)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            if (await images.IsInUseAsync(entry.Location!, snapshot, entry.Id, cancellationToken).ConfigureAwait(false)) continue;
            await calls.RunUnlessGoneAsync(
                AwsCall.Ec2("DeleteSnapshot", Reason), t => clients.Ec2(entry.Location).DeleteSnapshotAsync(new() { SnapshotId = snapshot }, t), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deregisters the other AMI: the step that cannot be taken back.</summary>
    private async Task MakeRoomAsync(LedgerEntry entry, string other, CancellationToken cancellationToken)
    {
        var call = AwsCall.Ec2("DeregisterImage", Reason);
        var first = !IsBegun(entry);
        if (first) await context.Ledger.ConfirmAsync(entry.Key, other, new Dictionary<string, string> { [Properties.Begun] = "true" }, cancellationToken).ConfigureAwait(false);
        try
        {
            await DeregisterAsync(call, entry.Location!, other, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException) when (first && !call.Unclear)
        {
            // AWS has said that it is still there: nothing was begun.
            await maker.IntendAsync(new(entry.Key, entry.Type, other, entry.Properties, entry.Location), cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The AMI by its name: registered now, or by an earlier try.</summary>
    private async Task<(Image? Image, PlatformException? Obstacle)> PlaceAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (id, obstacle) = await FindPlacedAsync(entry, cancellationToken).ConfigureAwait(false) is { } placed ? new(placed) : await RegisterAsync(entry, cancellationToken).ConfigureAwait(false);
        if (id is null) return (null, obstacle);
        try
        {
            return (await images.WaitAsync(context.Time, entry.Location!, id, Reason, cancellationToken).ConfigureAwait(false), null);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.Terminal)
        {
            return (null, e);
        }
    }

    private async Task<string?> FindPlacedAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var known = entry.Properties!;
        if (context.Ledger.Find(known[Properties.Image])?.Id is { } placed && placed != known[Properties.Temporary]) return placed;
        var owner = await _owner.FindAsync(entry.Location!, known[Properties.Name], entry.Id, cancellationToken).ConfigureAwait(false);
        return owner is not null && _owner.IsOurs(owner) ? owner.ImageId : null;
    }

    private async Task<Registration> RegisterAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, name, temporary) = (entry.Location!, entry.Properties![Properties.Name], entry.Properties[Properties.Temporary]);
        if (await images.ReadAsync(region, temporary, justMade: false, cancellationToken).ConfigureAwait(false) is not { } from)
        {
            return new(null, new(FailureKind.Terminal, Reason, $"the AMI {temporary} in {region}, which was to have the name {name}, is gone", "was it deregistered by someone else?"));
        }

        if (entry.Id is { } other) await MakeRoomAsync(entry, other, cancellationToken).ConfigureAwait(false);
        var request = await _copy.OfAsync(region, from, name, Tags(entry.Properties[Properties.Image], entry.Id), cancellationToken).ConfigureAwait(false);
        var start = context.Time.GetTimestamp();
        return await Waits.InstanceStart.PollAsync<Registration>(context.Time, async () =>
        {
            try
            {
                return new((await calls.RunAsync(AwsCall.Ec2("RegisterImage", Reason), t => clients.Ec2(region).RegisterImageAsync(request, t), cancellationToken).ConfigureAwait(false)).ImageId);
            }
            catch (PlatformException e) when (AwsErrors.IsNameTaken(e))
            {
                // By a try of ours, by another build, or by the other AMI a moment ago.
                var owner = await _owner.FindAsync(region, name, entry.Id, cancellationToken).ConfigureAwait(false);
                if (owner is not null && _owner.IsOurs(owner)) return new(owner.ImageId);
                if (owner is null && context.Time.GetElapsedTime(start) <= NameOwner.Visible) return null;
                return new(null, NameTaken.Meanwhile(owner?.ImageId, name, region, e));
            }
            catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
            {
                // Its snapshots are gone.
                return new(null, e);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The AMI's ID, or why it has none.</summary>
    private sealed record Registration(string? Id, PlatformException? Obstacle = null);

    private List<TagSpecification> Tags(string key, string? other)
    {
        var specifications = tags.Specifications(key, _names.Final, ResourceType.Image);
        if (other is not null) specifications[0].Tags.AddRange(Marks(other));
        return specifications;
    }

    private static List<Tag> Marks(string other) => [new(BuildTags.Kept, "true"), new(BuildTags.Replaces, other)];

    private Task DeregisterAsync(AwsCall call, string region, string id, CancellationToken cancellationToken) =>
        calls.RunUnlessGoneAsync(call, t => clients.Ec2(region).DeregisterImageAsync(new() { ImageId = id }, t), cancellationToken);
}
