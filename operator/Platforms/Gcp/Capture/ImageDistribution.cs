using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Export;
using ImageOperator.Platforms.Gcp.Sources;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>Sets the image up, and last tells where it is. All of it may be done again.</summary>
internal sealed class ImageDistribution(PlatformContext context, GcpTarget target, GcpImages images, ImageSettings settings, ImageExport? export, OlderImages older)
{
    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage captured, CancellationToken cancellationToken)
    {
        var link = GcpLink.Parse(captured.Id);
        var image = await images.ReadAsync(link, justMade: false, Reasons.DistributionFailed, cancellationToken).ConfigureAwait(false) ?? throw ImageSettings.Gone(link);
        await settings.ApplyAsync(link, image, cancellationToken).ConfigureAwait(false);
        // Before the family stands for the image: what cannot be had whole is not given out.
        Artifact[] exported = export is null ? [] : [await export.RunAsync(link, image, cancellationToken).ConfigureAwait(false)];
        await settings.MarkKeptAsync(link, cancellationToken).ConfigureAwait(false);
        if (target.Image.Family is { } family) await settings.JoinFamilyAsync(link, family, cancellationToken).ConfigureAwait(false);
        await context.Ledger.KeepAsync(captured.LedgerKey, captured.Id, cancellationToken).ConfigureAwait(false);
        if (export is not null) await export.KeepAsync(cancellationToken).ConfigureAwait(false);
        // Last: nobody knows for certain that it can be undone.
        if (target.Image is { Family: not null, OlderImages: { } wanted }) await older.MoveOnAsync(link, image, wanted, cancellationToken).ConfigureAwait(false);
        var own = new Artifact { Target = context.Identity.Target, Type = "gce-image", Id = captured.Id, Checksum = GcpImages.DigestOf(image), Location = image.StorageLocations is [var location, ..] ? location : "global" };
        return [own, .. exported];
    }
}
