using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Gcs;

/// <summary>A resumable upload under way.</summary>
internal sealed class GcsSession(Place place, GcsCalls calls, Payload payload, Uri address, long chunk, string shown)
{
    private const int MostStandstills = 5;

    private long _offset;
    private bool _unsure = true;

    /// <summary>Sends on up to an offset.</summary>
    public async Task<SessionState> SendAsync(long until, CancellationToken cancellationToken)
    {
        var state = new SessionState(SessionKind.Open, _offset);
        for (var standstills = 0; _offset < until || _unsure;)
        {
            state = await calls.RunAsync("upload", token => SendOnceAsync(until, token), cancellationToken).ConfigureAwait(false);
            if (state.Kind != SessionKind.Open) return state;
            standstills = state.Offset > _offset ? 0 : standstills + 1;
            if (standstills > MostStandstills) throw PublishFailure.Unreachable($"{place.Field}.gcs", $"{shown}: the storage takes nothing more after {_offset} bytes", "look at the storage's health, then run the build again");
            _offset = state.Offset;
            place.Report($"uploading {shown}", (double)_offset / payload.Length);
        }

        return state;
    }

    private async Task<SessionState> SendOnceAsync(long until, CancellationToken cancellationToken)
    {
        if (_unsure)
        {
            var state = await calls.AskOnceAsync(address, payload.Length, cancellationToken).ConfigureAwait(false);
            _unsure = false;
            if (state.Kind != SessionKind.Open || state.Offset >= until) return state;
            _offset = state.Offset;
        }

        _unsure = true;
        var sent = await calls.SendOnceAsync(address, payload, _offset, Math.Min(chunk, until - _offset), cancellationToken).ConfigureAwait(false);
        _unsure = false;
        return sent;
    }
}
