using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Gcp.Sources;

/// <summary>Makes an image of a disk in Cloud Storage, for as long as the build needs it.</summary>
internal sealed class SourceImport(PlatformContext context, GcpTarget target, GcpAccess access, ICompute compute, Maker maker, GcpImages images, BuildLabels labels)
{
    private const string Reason = Reasons.SourceUnavailable;

    /// <returns>The image's link.</returns>
    public async Task<string> MakeAsync(string url, CancellationToken cancellationToken)
    {
        var link = GcpLink.Image(access.Project, BuildLabels.NameOf(context.Identity, "source"));
        var request = new GceImage
        {
            Name = link.Name,
            Description = $"{url}, imported for the ImageOperator build {context.Identity.Name}",
            RawDisk = new(access.Universe.Storage(url)),
            Labels = labels.Of(ResourceTypes.SourceKey),
            // An imported disk says nothing of itself.
            GuestOsFeatures = target.Image.GuestOsFeatures.Count > 0 ? [.. target.Image.GuestOsFeatures.Select(f => new GceGuestOsFeature(f))] : null,
            StorageLocations = target.Image.StorageLocation is { } location ? [location] : null,
        };
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"importing {url}"));
        var operation = await maker.MakeAsync(
            new(ResourceTypes.SourceKey, ResourceTypes.Image, link.ToString(), Location: "global"), new("compute.images.insert", Reason),
            (id, t) => compute.InsertImageAsync(access.Project, request, id, t),
            async taken => GcpImages.AreOurs(await images.ReadAsync(link, justMade: true, Reason, cancellationToken).ConfigureAwait(false), context.Identity) ? true : throw GcpImages.NameTaken(link, taken),
            cancellationToken).ConfigureAwait(false);
        await images.WaitAsync(link, operation?.Name, Reason, cancellationToken).ConfigureAwait(false);
        return link.ToString();
    }
}
