using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Publishing.Gcs;

/// <summary>Ends an upload, gives the name back to the generation before, and deletes ours: just that generation, so another's is never touched.</summary>
internal sealed class GcsRemoval(Place place, GcsCalls calls, LedgerEntry entry)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (entry.Properties?.GetValueOrDefault(GcsProperties.Object) is not { } name) return;
        if (SealedSession.Open(place, entry.Properties.GetValueOrDefault(GcsProperties.Session)) is { } session) await calls.CancelAsync(session, cancellationToken).ConfigureAwait(false);
        var found = await calls.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (found?.Generation is { } generation && found.Note(GcsObject.MarkNote) == place.Mark)
        {
            var previous = entry.Properties.GetValueOrDefault(GcsProperties.Previous);
            // Over ours, not after it: at no time is there nothing.
            if (previous is not (null or "" or "0")) await calls.BringBackAsync(name, previous, generation, cancellationToken).ConfigureAwait(false);
            await calls.DeleteAsync(name, generation, cancellationToken).ConfigureAwait(false);
        }
        else if (entry.Properties.GetValueOrDefault(GcsProperties.Generation) is { Length: > 0 } known)
        {
            // What a bucket with versions still has of ours.
            await calls.DeleteAsync(name, known, cancellationToken).ConfigureAwait(false);
        }
    }
}
