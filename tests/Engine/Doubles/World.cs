using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>What is outside: it survives the processes, and notes whoever breaks the rules.</summary>
internal sealed class World
{
    private readonly List<Resource> _resources = [];
    private int _next;

    public JournalStore Store { get; } = new();

    public Clock Time { get; } = new();

    public IReadOnlyList<Resource> Resources => _resources;

    /// <summary>Broken rules. A test ends with none.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Everything that was made, gone or not.</summary>
    public List<Resource> Made { get; } = [];

    /// <summary>What commands do on a machine, by command line; unknown commands succeed.</summary>
    public Dictionary<string, Func<CommandRun, Task<int>>> Commands { get; } = [];

    /// <summary>Throws where a platform call shall fail; by the call's name.</summary>
    public Action<string> Fault { get; set; } = _ => { };

    public string SourceDigest { get; set; } = "sha256:1";

    /// <summary>The artifacts of earlier builds that are still there.</summary>
    public HashSet<string> Earlier { get; } = [];

    public string Console { get; set; } = "";

    /// <summary>What machines have made for their administrator.</summary>
    public string? Password { get; set; }

    /// <summary>Whether a published image needs passed tests.</summary>
    public bool Tested { get; set; } = true;

    public IEnumerable<Resource> Published => _resources.Where(r => r.Published);

    public Resource? Find(string key) => _resources.FirstOrDefault(r => r.Key == key);

    /// <summary>Idempotent by the key, as a client token makes a create.</summary>
    public Resource Create(string type, string key)
    {
        Fault($"create {key}");
        if (Entry(key) is null) Violations.Add($"{key} was made without an intent in the ledger");
        if (Find(key) is { } existing) return existing;
        var made = new Resource($"{key}-{++_next}", type, key);
        _resources.Add(made);
        Made.Add(made);
        return made;
    }

    public void Remove(string? id, string key)
    {
        Fault($"remove {key}");
        if (Entry(key) is { State: not LedgerState.Removing }) Violations.Add($"{key} was removed without a word in the ledger");
        foreach (var gone in _resources.Where(r => id is null ? r.Key == key : r.Id == id).ToList())
        {
            _resources.Remove(gone);
            gone.Ended.TrySetResult("it was removed");
        }
    }

    public void Publish(string id)
    {
        Fault("publish");
        if (Tested && Store.Status?.Stage is null or < BuildStage.Tested) Violations.Add($"{id} was published before its tests stood fast");
        _resources.Single(r => r.Id == id).Published = true;
    }

    public async Task<int> RunAsync(CommandRun run)
    {
        if (run.Machine.Ended.Task.IsCompleted) throw new ConnectionException(ConnectionLayer.Session, "the session broke");
        if (!Commands.TryGetValue(run.CommandLine, out var behaviour)) behaviour = _ => Task.FromResult(0);
        if (run.Machine.Commands.Contains($"{run.CommandLine}") && !run.CommandLine.StartsWith("retry", StringComparison.Ordinal))
        {
            Violations.Add($"{run.CommandLine} was run twice on {run.Machine.Id}");
        }

        run.Machine.Commands.Add(run.CommandLine);
        return await behaviour(run);
    }

    private LedgerEntry? Entry(string key) => Store.Status?.Resources?.FirstOrDefault(e => e.Key == key);
}

/// <summary>A command on a machine.</summary>
internal sealed record CommandRun(Resource Machine, string CommandLine, Action<OutputStream, string> Print, CancellationToken CancellationToken);
