using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Tests.Fakes;

/// <summary>A ledger without a cluster. It refuses a confirmation without an intent, and can fail at a chosen call as a crash would.</summary>
internal sealed class InMemoryLedger(int attempt = 1) : ILedger
{
    private readonly List<LedgerEntry> _entries = [];

    public List<string> Calls { get; } = [];

    /// <summary>Called before each write; throws to play a crash, or looks at the world.</summary>
    public Action<string>? Before { get; set; }

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    public LedgerEntry? Find(string key) => _entries.Find(e => e.Key == key);

    public Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken)
    {
        Note($"intend {intent.Key}");
        _entries.RemoveAll(e => e.Key == intent.Key);
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
        _entries.Add(entry);
        return Task.FromResult(entry);
    }

    public Task<LedgerEntry> ConfirmAsync(string key, string id, IReadOnlyDictionary<string, string>? properties, CancellationToken cancellationToken)
    {
        Note($"confirm {key}");
        return Task.FromResult(Replace(key, e => e with { State = LedgerState.Created, Id = id, Properties = Merge(e.Properties, properties) }));
    }

    public Task<LedgerEntry> KeepAsync(string key, string id, CancellationToken cancellationToken)
    {
        Note($"keep {key}");
        return Task.FromResult(Replace(key, e => e with { Temporary = false, Id = id }));
    }

    public Task ForgetAsync(string key, CancellationToken cancellationToken)
    {
        Note($"forget {key}");
        _entries.RemoveAll(e => e.Key == key);
        return Task.CompletedTask;
    }

    private void Note(string call)
    {
        Before?.Invoke(call);
        Calls.Add(call);
    }

    private LedgerEntry Replace(string key, Func<LedgerEntry, LedgerEntry> change)
    {
        var index = _entries.FindIndex(e => e.Key == key);
        Assert.True(index >= 0, $"no intent was written for {key}");
        return _entries[index] = change(_entries[index]);
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string>? first, IReadOnlyDictionary<string, string>? second)
    {
        var merged = new Dictionary<string, string>(first ?? new Dictionary<string, string>());
        foreach (var (key, value) in second ?? new Dictionary<string, string>()) merged[key] = value;
        return merged;
    }
}
