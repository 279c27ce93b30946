using System.Text.RegularExpressions;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Capture;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Export;

namespace ImageOperator.Platforms.Gcp.Sources;

/// <summary>Finds the source image, and whether the result's name is still free: both before anything is made.</summary>
internal sealed partial class SourceResolver(PlatformContext context, GcpTarget target, GcpAccess access, GcpImages images, ExportedObjects objects, ImageExport? export)
{
    private const string Reason = Reasons.SourceUnavailable;

    private SourceImage? _found;

    /// <summary>Finds the source; once, so that what was judged is what is built.</summary>
    public async Task<SourceImage> IdentifyAsync(CancellationToken cancellationToken)
    {
        if (_found is not null) return _found;
        if (target.Source.Storage is { } url) return _found = await FindObjectAsync(url, cancellationToken).ConfigureAwait(false);
        var image = await FindAsync(cancellationToken).ConfigureAwait(false);
        var link = GcpLink.Parse(image.SelfLink!);
        if (image.Status is not (null or "READY")) throw Unavailable($"the image {link} is {image.Status}, not READY", "wait until it is ready, or name another");
        if (image.Deprecated?.State is "OBSOLETE" or "DELETED")
        {
            throw Unavailable(
                $"the image {link} is {image.Deprecated.State}: no machine can be made of it",
                image.Deprecated.Replacement is { } other ? $"name the one that replaces it: {GcpLink.Find(other)?.ToString() ?? other}" : "name another, or a family");
        }

        CheckName();
        // The ID is another one where a name was used again.
        return _found = new SourceImage { Id = link.ToString(), Name = image.Name, Digest = GcpImages.DigestOf(image) };
    }

    public async Task<SourceImage> ResolveAsync(CancellationToken cancellationToken)
    {
        var source = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        var link = GcpLink.Image(access.Project, ImageName.Of(target.Image, context.Identity));
        var other = await images.ReadAsync(link, justMade: false, Reason, cancellationToken).ConfigureAwait(false);
        if (other is not null && !GcpImages.AreOurs(other, context.Identity)) throw GcpImages.NameTaken(link);
        if (export is not null) await export.CheckAsync(cancellationToken).ConfigureAwait(false);
        return source;
    }

    private async Task<GceImage> FindAsync(CancellationToken cancellationToken)
    {
        var project = target.Source.Project ?? access.Project;
        if (target.Source.Family is { } family)
        {
            return await images.ReadFamilyAsync(project, family, Reason, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
                FailureKind.NotFound, Reason, $"gcp.source.family: the family {family} of {project} has no image that is not deprecated, or these credentials may not see it",
                "check the family's name, and set gcp.source.project: debian-cloud, ubuntu-os-cloud and the like have the public ones");
        }

        var link = GcpLink.Find(target.Source.Image) ?? GcpLink.Image(project, target.Source.Image!);
        return await images.ReadAsync(link, justMade: false, Reason, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
            FailureKind.NotFound, Reason, $"gcp.source.image: there is no image {link} that these credentials may use", "check its name and project, and who may use it");
    }

    /// <summary>An object that was written anew has another generation.</summary>
    private async Task<SourceImage> FindObjectAsync(string url, CancellationToken cancellationToken)
    {
        CheckName();
        var found = await objects.ReadAsync(StorageLink.Parse(url), Reason, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
            FailureKind.NotFound, Reason, $"gcp.source.storage: there is no object {url} that these credentials may see", "check bucket and name, and who may read it (roles/storage.objectViewer)");
        return new SourceImage { Id = url, Name = url[(url.LastIndexOf('/') + 1)..], Digest = $"gcs-generation:{found.Generation}" };
    }

    private void CheckName()
    {
        var name = ImageName.Of(target.Image, context.Identity);
        if (Form().IsMatch(name)) return;
        throw new PlatformException(
            FailureKind.Terminal, Reasons.TemplateInvalid, $"gcp.image.name: \"{name}\" is no name of an image: a lower-case letter, then up to 62 lower-case letters, digits and dashes", "change gcp.image.name");
    }

    private static PlatformException Unavailable(string message, string hint) => new(FailureKind.Terminal, Reason, message, hint);

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Form();
}
