using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Cleanup;

/// <summary>Removes what the ledger says: newest first, bounded in time, each removal tried again, every failure told.</summary>
internal sealed class Cleaner(IPlatform platform, Ledger ledger, IBuildObserver observer, TimeProvider time)
{
    private const int Tries = 3;
    private static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    /// <summary>Removes the chosen entries.</summary>
    /// <returns>What is left, one line each. Empty: all is gone.</returns>
    /// <exception cref="FencedException">A newer attempt has taken over: it cleans up.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(Func<LedgerEntry, bool> chosen, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        foreach (var entry in ledger.Entries.Where(chosen).Reverse().ToList())
        {
            if (await RemoveOneAsync(entry, known: true, cancellationToken).ConfigureAwait(false) is { } error) errors.Add(error);
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
            if (await RemoveOneAsync(stray, known: false, cancellationToken).ConfigureAwait(false) is { } error) errors.Add(error);
        }

        return errors;
    }

    private async Task<string?> RemoveOneAsync(LedgerEntry entry, bool known, CancellationToken cancellationToken)
    {
        using var activity = EngineActivity.Source.StartActivity($"remove {entry.Type}");
        for (var tried = 1; ; tried++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (known) await ledger.RemovingAsync(entry.Key, cancellationToken).ConfigureAwait(false);
                else await ledger.CheckFenceAsync(cancellationToken).ConfigureAwait(false);
                await platform.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
                if (known) await ledger.ForgetAsync(entry.Key, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (Exception e) when (e is not FencedException)
            {
                if (tried < Tries && !cancellationToken.IsCancellationRequested)
                {
                    await Task.Delay(Backoff * tried, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                var error = $"{entry.Type} {entry.Id ?? entry.Key}: {(e is OperationCanceledException ? "no time was left to remove it" : e.Message)}";
                activity.Fail(error, e.GetType().Name);
                observer.Observe(new BuildEvent.Message(MessageLevel.Error, $"could not remove {error}"));
                return error;
            }
        }
    }
}
