using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Tags;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>
/// Makes the gallery's version of a snapshot. Before the tests it stands in the build's region only, and nobody who asks for the latest gets it; after them
/// it is announced: copied to all regions, as the target wants it.
/// </summary>
internal sealed class GalleryVersions(
    PlatformContext context, AzureTarget target, IArmResources resources, Maker maker, BuildTags tags, Outputs outputs, ReplicationReader replication, DataDisks dataDisks)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly VersionBody _bodies = new(target, dataDisks);
    private readonly Lookout _lookout = new(context.Time);

    public async Task<ResourceIdentifier> EnsureAsync(ArmResource snapshot, bool announced, ImagePlan? plan, CancellationToken cancellationToken)
    {
        var gallery = target.Image.Gallery!;
        await EnsureDefinitionAsync(gallery, snapshot, plan, cancellationToken).ConfigureAwait(false);
        var id = outputs.Version(gallery);
        var found = await SettledAsync(id, justPut: false, cancellationToken).ConfigureAwait(false);
        if (found is not null && !BuildTags.AreOurs(found.Tags, context.Identity)) throw Outputs.Taken(id, "azure.image.gallery.version");
        if (found is not null && !VersionBody.IsOf(found, snapshot))
        {
            // Of an attempt that was given up.
            await resources.RemoveAsync(ResourceKind.Version.Delete(Reason), id, Waits.Removal, cancellationToken).ConfigureAwait(false);
            found = null;
        }

        if (found?.State != "Succeeded" || (announced && !_bodies.IsAnnounced(found))) await PutIntoDefinitionAsync(id, snapshot, announced, plan, cancellationToken).ConfigureAwait(false);
        await context.Ledger.KeepAsync(Keys.Version, id.ToString(), cancellationToken).ConfigureAwait(false);
        return id;
    }

    // A definition that was made a moment ago is not known everywhere for a while.
    private static AzureCall Writing() => ResourceKind.Version.Write(Reason) with { OfWhatWasJustMade = true };

    private async Task PutIntoDefinitionAsync(ResourceIdentifier id, ArmResource snapshot, bool announced, ImagePlan? plan, CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(id, snapshot, announced, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AzureErrors.CodeOf(e) == "ParentResourceNotFound")
        {
            // The build that made it has failed meanwhile, and has taken it away while there was no version in it.
            await EnsureDefinitionAsync(target.Image.Gallery!, snapshot, plan, cancellationToken).ConfigureAwait(false);
            await PutAsync(id, snapshot, announced, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PutAsync(ResourceIdentifier id, ArmResource snapshot, bool announced, CancellationToken cancellationToken)
    {
        var body = new ArmBody(snapshot.Location!, _bodies.Of(snapshot, announced), tags.Of(Keys.Version));
        Func<CancellationToken, Task<string?>>? why = null;
        if (context.Ledger.Find(Keys.Version) is null or { State: LedgerState.Intended })
        {
            var intent = new ResourceIntent(Keys.Version, ResourceKind.Version.LedgerType, id.ToString(), Location: snapshot.Location);
            await maker.MakeAsync(intent, Writing(), async call => why = await resources.BeginPutAsync(call, id, body, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            // Whatever becomes of the wait: it is never undone for that.
            await context.Ledger.KeepAsync(Keys.Version, id.ToString(), cancellationToken).ConfigureAwait(false);
        }
        else why = await resources.BeginPutAsync(Writing(), id, body, cancellationToken).ConfigureAwait(false);

        var made = await SettledAsync(id, justPut: true, cancellationToken).ConfigureAwait(false);
        if (made?.State != "Succeeded")
        {
            // Some failures are no region's, and are told by the operation only.
            string?[] said = [await replication.WhyAsync(id, cancellationToken).ConfigureAwait(false), why is null ? null : await why(cancellationToken).ConfigureAwait(false)];
            var words = string.Join("; ", said.OfType<string>());
            throw new PlatformException(
                FailureKind.Terminal, Reason, $"the version {id.Name} of {target.Image.Gallery!.Definition} is {made?.State ?? "gone"}{(words.Length == 0 ? "" : $": {words}")}",
                "see the version's replication status in the portal; quotas and disk encryption sets of its regions are frequent causes");
        }

    }

    /// <summary>Waits until Azure is done with it, however long that takes, and tells how far each region is.</summary>
    /// <returns>Null if there is none.</returns>
    private async Task<ArmResource?> SettledAsync(ResourceIdentifier id, bool justPut, CancellationToken cancellationToken)
    {
        var looked = await Waits.Replication.PollAsync<Box>(context.Time, async () =>
        {
            var look = await _lookout.LookAsync(async () => new Box(await resources.ReadAsync(ResourceKind.Version.Read(Reason) with { OfWhatWasJustMade = justPut }, id, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
            if (look is null || look.Found?.State is not ("Creating" or "Updating" or "Migrating")) return look;
            await replication.TellAsync(id, cancellationToken).ConfigureAwait(false);
            return null;
        }, cancellationToken).ConfigureAwait(false);
        return looked.Found;
    }

    /// <summary>Makes the definition where it is missing. Other builds may do so at the same time: the last one's tags stand.</summary>
    private async Task EnsureDefinitionAsync(AzureGalleryImage gallery, ArmResource snapshot, ImagePlan? plan, CancellationToken cancellationToken)
    {
        var id = outputs.Definition(gallery);
        var found = await resources.ReadAsync(ResourceKind.Definition.Read(Reason), id, cancellationToken).ConfigureAwait(false);
        if (found is null || (IsOurs(found) && (found.State != "Succeeded" || context.Ledger.Find(Keys.Definition) is null)))
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"making the image definition {gallery.Definition} of {gallery.Gallery}"));
            var intent = new ResourceIntent(Keys.Definition, ResourceKind.Definition.LedgerType, id.ToString(), Location: snapshot.Location);
            var body = new ArmBody(snapshot.Location!, DefinitionBody.Of(target, snapshot, plan), tags.Of(Keys.Definition));
            await maker.MakeAsync(
                intent, ResourceKind.Definition.Write(Reason), async call => found = await resources.PutAsync(call, id, body, Waits.Image, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }

        if (IsOurs(found!)) await context.Ledger.KeepAsync(Keys.Definition, id.ToString(), cancellationToken).ConfigureAwait(false);
        // One that was there before, or became another build's, is nobody's of this one.
        else if (context.Ledger.Find(Keys.Definition) is not null) await context.Ledger.ForgetAsync(Keys.Definition, cancellationToken).ConfigureAwait(false);
    }

    private bool IsOurs(ArmResource found) => BuildTags.AreOurs(found.Tags, context.Identity);

    private sealed record Box(ArmResource? Found);
}
