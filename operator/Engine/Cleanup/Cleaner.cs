using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Cleanup;

/// <summary>Removes what the ledger says is temporary: newest first, bounded in time, each removal tried again, every failure told.</summary>
internal sealed class Cleaner(IPlatform platform, ILedger ledger, IBuildObserver observer, TimeProvider time)
{
    private const int Tries = 3;
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    /// <summary>Removes the chosen temporary entries.</summary>
    /// <returns>What is left, one line each. Empty: all is gone.</returns>
    /// <exception cref="FencedException">A newer attempt has taken over: it cleans up.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(Func<LedgerEntry, bool> chosen, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var entry in ledger.Entries.Where(e => e.Temporary && chosen(e)).Reverse().ToList())
        {
            if (await RemoveOneAsync(entry, cancellationToken).ConfigureAwait(false) is { } error) errors.Add(error);
            else await ledger.ForgetAsync(entry.Key, cancellationToken).ConfigureAwait(false);
        }

        return errors;
    }

    /// <summary>Removes what bears the build's mark but is not in the ledger.</summary>
    /// <returns>What is left, one line each.</returns>
    public async Task<IReadOnlyList<string>> RemoveStraysAsync(CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var stray in await platform.FindStraysAsync(cancellationToken).ConfigureAwait(false))
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"found {stray.Type} {stray.Id}, which no ledger knows: removing it"));
            if (await RemoveOneAsync(stray, cancellationToken).ConfigureAwait(false) is { } error) errors.Add(error);
        }

        return errors;
    }

    private async Task<string?> RemoveOneAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await platform.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (Exception e) when (e is not FencedException)
            {
                if (tried < Tries && !cancellationToken.IsCancellationRequested)
                {
                    await Task.Delay(Backoff * tried, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                var error = $"{entry.Type} {entry.Id ?? entry.Key}: {e.Message}";
                observer.Observe(new BuildEvent.Message(MessageLevel.Error, $"could not remove {error}"));
                return error;
            }
        }
    }
}
