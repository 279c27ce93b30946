using System.Globalization;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Machines;
using ImageOperator.Platforms.Gcp.Sources;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>Deprecates a family's older images in favour of the new one. If the build fails after that, they get their former status back.</summary>
internal sealed class OlderImages(PlatformContext context, GcpImage settings, ICompute compute, GcpCalls calls, Maker maker, GcpImages images)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly ImageSettings _settings = new(context, settings, compute, calls, images);

    public async Task DeprecateAsync(GcpLink link, GceImage image, GcpOlderImages wanted, CancellationToken cancellationToken)
    {
        await GoOnAsync(link, cancellationToken).ConfigureAwait(false);
        var born = context.Time.GetUtcNow();
        var family = await images.ListAsync(link.Project, $"family = \"{settings.Family}\"", Reason, cancellationToken).ConfigureAwait(false);
        var older = family
            // Those that are deprecated already stand for nothing, and keep nobody else.
            .Where(i => i.Name != link.Name && i.Deprecated?.State is null or "ACTIVE" && Born(i) <= Born(image))
            .OrderByDescending(Born).ThenBy(i => i.Name, StringComparer.Ordinal)
            .Skip(wanted.Keep);
        foreach (var other in older)
        {
            var status = new GceDeprecation
            {
                State = "DEPRECATED",
                Replacement = image.SelfLink,
                Deprecated = ImageSettings.Written(born),
                Obsolete = wanted.ObsoleteAfter is { } obsolete ? ImageSettings.Written(born + obsolete.Value) : null,
                Deleted = wanted.DeleteAfter is { } deleted ? ImageSettings.Written(born + deleted.Value) : null,
            };
            await DeprecateAsync(GcpLink.Image(link.Project, other.Name!), other.Deprecated, status, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What an earlier attempt has deprecated in our favour is done.</summary>
    private async Task GoOnAsync(GcpLink ours, CancellationToken cancellationToken)
    {
        foreach (var entry in context.Ledger.Entries.Where(e => e is { Type: ResourceTypes.Deprecation, Temporary: true }).ToList())
        {
            var image = await images.ReadAsync(GcpLink.Parse(entry.Id!), justMade: false, Reason, cancellationToken).ConfigureAwait(false);
            if (IsFor(image, ours)) await context.Ledger.KeepAsync(entry.Key, entry.Id!, cancellationToken).ConfigureAwait(false);
        }
    }

    // Written in the time zone of Google's own, which has summer time.
    private static DateTimeOffset Born(GceImage image) => DateTimeOffset.TryParse(image.CreationTimestamp, CultureInfo.InvariantCulture, out var at) ? at : DateTimeOffset.MinValue;

    private static bool IsFor(GceImage? image, GcpLink ours) => image?.Deprecated?.Replacement is { } replacement && GcpLink.Find(replacement) == ours;

    /// <summary>Gives an image its former status back, unless someone else has changed it, or Google does not let it have it back.</summary>
    public async Task RestoreAsync(LedgerEntry entry, GcpLink ours, CancellationToken cancellationToken)
    {
        var link = GcpLink.Parse(entry.Id!);
        var image = await images.ReadAsync(link, justMade: false, Reason, cancellationToken).ConfigureAwait(false);
        if (!IsFor(image, ours)) return;
        var previous = entry.Properties?.GetValueOrDefault(Properties.Previous) is { Length: > 0 } text ? JsonSerializer.Deserialize<GceDeprecation>(text, ComputeRest.Json)! : new GceDeprecation { State = "ACTIVE" };
        try
        {
            await _settings.DeprecateAsync(link, previous with { State = previous.State ?? "ACTIVE" }, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // Deleted meanwhile.
        }
        catch (PlatformException e) when (e.Kind == FailureKind.Terminal)
        {
            context.Observer.Observe(new BuildEvent.Message(
                MessageLevel.Warning, $"the image {link} stays {image!.Deprecated!.State}, in favour of {ours.Name}, which is removed: {e.Message}; give the family another image, or use this one by its name"));
        }
    }

    private async Task DeprecateAsync(GcpLink other, GceDeprecation? previous, GceDeprecation status, CancellationToken cancellationToken)
    {
        var key = $"deprecation/{other.Name}";
        // An earlier attempt's entry knows what was before it.
        if (context.Ledger.Find(key) is null)
        {
            var properties = new Dictionary<string, string> { [Properties.Previous] = previous is null ? "" : JsonSerializer.Serialize(previous, ComputeRest.Json) };
            await maker.IntendAsync(new(key, ResourceTypes.Deprecation, other.ToString(), properties, "global"), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await _settings.DeprecateAsync(other, status, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // Deleted meanwhile: nothing is older any more.
            await context.Ledger.ForgetAsync(key, cancellationToken).ConfigureAwait(false);
            return;
        }

        await context.Ledger.KeepAsync(key, other.ToString(), cancellationToken).ConfigureAwait(false);
    }
}
