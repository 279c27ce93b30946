using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Gcs;

/// <summary>The way of one file into a bucket. All but the last chunk is sent before the release: the last one makes the object.</summary>
internal sealed class GcsUpload(Place place, GcsDestination gcs, GcsCalls calls, PublishFile file, string name)
{
    private const long UsualChunk = 16L << 20;
    private const int Rounds = 4;

    private readonly string _ledgerKey = place.Key(file.Role);
    private readonly long _chunk = gcs.ChunkSize?.Bytes ?? UsualChunk;
    private GcsSession? _session;
    private string? _crc;
    private bool _released;

    public PublishFile File => file;

    public string Url { get; } = GcsObject.Url(gcs.Bucket, name);

    private long LastChunk => (file.Payload.Length - 1) / _chunk * _chunk;

    public async Task UploadAsync(CancellationToken cancellationToken)
    {
        (_released, _session) = (false, null);
        var entry = await ResumeAsync(cancellationToken).ConfigureAwait(false);
        if (entry is not null && IsOurs(await calls.FindAsync(name, cancellationToken).ConfigureAwait(false)))
        {
            _released = true;
            return;
        }

        var address = entry is { State: LedgerState.Created } ? SealedSession.Open(place, entry.Properties?.GetValueOrDefault(GcsProperties.Session)) : null;
        if (address is not null && await calls.AskAsync(address, file.Payload.Length, cancellationToken).ConfigureAwait(false) is { Kind: SessionKind.Open } state)
        {
            if (state.Offset > 0) place.Say($"{Url}: going on after {state.Offset} of {file.Payload.Length} bytes");
            _session = SessionOf(address);
        }
        else await BeginAsync(entry, cancellationToken).ConfigureAwait(false);

        for (var round = 1; (await _session!.SendAsync(LastChunk, cancellationToken).ConfigureAwait(false)).Kind is SessionKind.Lost or SessionKind.Changed; round++) await AnewAsync(round, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the object of what was sent, and compares it.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; !_released; round++)
        {
            var state = await _session!.SendAsync(file.Payload.Length, cancellationToken).ConfigureAwait(false);
            // An earlier call may have come through without its answer: the object tells.
            _released = state.Kind == SessionKind.Complete || IsOurs(await calls.FindAsync(name, cancellationToken).ConfigureAwait(false));
            if (!_released) await AnewAsync(round, cancellationToken).ConfigureAwait(false);
        }

        var found = await VerifyAsync(cancellationToken).ConfigureAwait(false);
        await place.Ledger.ConfirmAsync(_ledgerKey, Url, new Dictionary<string, string> { [GcsProperties.Generation] = found.Generation ?? "", [GcsProperties.Session] = "" }, cancellationToken).ConfigureAwait(false);
        await place.Ledger.KeepAsync(_ledgerKey, Url, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The upload is gone, or another generation has the name: from the beginning.</summary>
    private async Task AnewAsync(int round, CancellationToken cancellationToken)
    {
        if (round >= Rounds) throw PublishFailure.Unreachable($"{place.Field}.gcs", $"{Url}: the upload was lost {round} times", "other builds write to the same name, or the storage is not well: run the build again later");
        place.Say($"{Url}: the upload is gone, or another build has published there: it starts over");
        await BeginAsync(place.Ledger.Find(_ledgerKey), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The ledger's entry, if it is of just this content; what an earlier attempt sent of other content is removed.</summary>
    private async Task<LedgerEntry?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (place.Ledger.Find(_ledgerKey) is not { } entry) return null;
        if (entry.State != LedgerState.Removing && entry.Properties?.GetValueOrDefault(GcsProperties.Sha256) == file.Sha256) return entry;
        await new GcsRemoval(place, calls, entry).RunAsync(cancellationToken).ConfigureAwait(false);
        await place.Ledger.ForgetAsync(_ledgerKey, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task BeginAsync(LedgerEntry? entry, CancellationToken cancellationToken)
    {
        _crc ??= await Crc32C.OfAsync(file.Payload, cancellationToken).ConfigureAwait(false);
        if (entry is null)
        {
            await place.Ledger.IntendAsync(
                new(_ledgerKey, GcsProperties.Type, Url, new Dictionary<string, string> { [GcsProperties.Object] = name, [GcsProperties.Sha256] = file.Sha256 }), cancellationToken).ConfigureAwait(false);
        }

        var described = new GcsObject
        {
            Name = name,
            ContentType = "application/octet-stream",
            StorageClass = gcs.StorageClass,
            // With it the storage refuses to make an object of anything else.
            Crc32c = _crc,
            Metadata = new Dictionary<string, string> { [GcsObject.Sha256Note] = file.Sha256, [GcsObject.MarkNote] = place.Mark },
        };
        var (generation, address) = ("0", default(Uri));
        for (var round = 1; address is null; round++)
        {
            if (round > Rounds) throw PublishFailure.Unreachable($"{place.Field}.gcs", $"{Url} changes all the time", "other builds write to the same name: give them other names");
            generation = (await calls.FindAsync(name, cancellationToken).ConfigureAwait(false))?.Generation ?? "0";
            address = await calls.BeginAsync(described, file.Payload.Length, generation, cancellationToken).ConfigureAwait(false);
        }

        await place.Ledger.ConfirmAsync(
            _ledgerKey, Url, new Dictionary<string, string> { [GcsProperties.Session] = SealedSession.Seal(place, address), [GcsProperties.Previous] = generation }, cancellationToken).ConfigureAwait(false);
        _session = SessionOf(address);
    }

    private GcsSession SessionOf(Uri address) => new(place, calls, file.Payload, address, _chunk, Url);

    private bool IsOurs(GcsObject? found) => found is not null && found.Note(GcsObject.MarkNote) == place.Mark && found.Note(GcsObject.Sha256Note) == file.Sha256 && found.Length() == file.Payload.Length;

    private async Task<GcsObject> VerifyAsync(CancellationToken cancellationToken)
    {
        _crc ??= await Crc32C.OfAsync(file.Payload, cancellationToken).ConfigureAwait(false);
        var found = await calls.FindAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw PublishFailure.Unreachable($"{place.Field}.gcs", $"{Url} is not there after its upload", "look whether something else deletes it");
        if (!IsOurs(found)) throw PublishFailure.Differs($"{place.Field}.gcs", Url, file.Sha256, found.Note(GcsObject.Sha256Note) ?? "none");
        if (found.Crc32c != _crc) throw PublishFailure.Differs($"{place.Field}.gcs", Url, $"{_crc} (CRC32C)", found.Crc32c ?? "none");
        return found;
    }
}
