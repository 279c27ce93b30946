using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Journal;

/// <summary>The ledger in the target's status.</summary>
internal sealed class Ledger(TargetRecord record, int attempt) : ILedger
{
    public IReadOnlyList<LedgerEntry> Entries => record.Current.Resources ?? [];

    public LedgerEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    public async Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken)
    {
        var entry = new LedgerEntry
        {
            Key = intent.Key,
            Type = intent.Type,
            Id = intent.Id,
            Location = intent.Location,
            State = LedgerState.Intended,
            Temporary = true,
            Attempt = attempt,
            Properties = intent.Properties,
        };
        await record.UpdateAsync(s => s with { Resources = [.. Others(s, intent.Key), entry] }, cancellationToken).ConfigureAwait(false);
        return entry;
    }

    public Task<LedgerEntry> ConfirmAsync(
        string key, string id, IReadOnlyDictionary<string, string>? properties, CancellationToken cancellationToken) =>
        ChangeAsync(key, e => e with { Id = id, State = LedgerState.Created, Properties = Merge(e.Properties, properties) }, cancellationToken);

    public Task<LedgerEntry> KeepAsync(string key, string id, CancellationToken cancellationToken) =>
        ChangeAsync(key, e => e with { Id = id, State = LedgerState.Created, Temporary = false }, cancellationToken);

    /// <summary>Writes that the resource is about to be removed: an attempt that is fenced learns it before it removes anything.</summary>
    public Task<LedgerEntry> RemovingAsync(string key, CancellationToken cancellationToken) =>
        ChangeAsync(key, e => e with { State = LedgerState.Removing }, cancellationToken);

    /// <summary>Throws if a newer attempt has taken over.</summary>
    /// <exception cref="Failures.FencedException">A newer attempt has taken over.</exception>
    public Task CheckFenceAsync(CancellationToken cancellationToken) => record.UpdateAsync(s => s, cancellationToken);

    public Task ForgetAsync(string key, CancellationToken cancellationToken) =>
        record.UpdateAsync(s => s with { Resources = [.. Others(s, key)] }, cancellationToken);

    private async Task<LedgerEntry> ChangeAsync(string key, Func<LedgerEntry, LedgerEntry> change, CancellationToken cancellationToken)
    {
        LedgerEntry? changed = null;
        await record.UpdateAsync(
            s => s with { Resources = [.. (s.Resources ?? []).Select(e => e.Key == key ? changed = change(e) : e)] },
            cancellationToken).ConfigureAwait(false);
        return changed ?? throw new InvalidOperationException($"the ledger has no entry {key}: write the intent first");
    }

    private static IEnumerable<LedgerEntry> Others(TargetStatus status, string key) => (status.Resources ?? []).Where(e => e.Key != key);

    private static IReadOnlyDictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? old, IReadOnlyDictionary<string, string>? added)
    {
        if (added is null) return old;
        if (old is null) return added;
        var merged = new Dictionary<string, string>(old);
        foreach (var (name, value) in added) merged[name] = value;
        return merged;
    }
}
