using System.Text.Json;

namespace ImageOperator.Benchmarks.Operator;

/// <summary>A request that the server has answered.</summary>
internal sealed record AuditEntry(string User, string Verb, string Resource, string Name, int Code, DateTimeOffset Time)
{
    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" && Code < 400;

    public bool IsOperators => User.EndsWith(":image-operator", StringComparison.Ordinal);

    public bool IsLease => Resource == "leases";
}

/// <summary>What the server itself wrote down: who asked for what. Nobody's own count.</summary>
internal sealed class AuditLog(string file)
{
    // The server writes in batches, a second late at most.
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(2.5);

    private long read;

    /// <summary>Forgets what was until now.</summary>
    public async Task SkipAsync()
    {
        await Task.Delay(Lag, TimeProvider.System).ConfigureAwait(false);
        read = new FileInfo(file).Length;
    }

    /// <summary>What came since the last look.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync()
    {
        await Task.Delay(Lag, TimeProvider.System).ConfigureAwait(false);
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = read;
        using var reader = new StreamReader(stream);
        var entries = new List<AuditEntry>();
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { Length: > 0 } line) entries.Add(Parse(line));
        read = stream.Length;
        return entries;
    }

    private static AuditEntry Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var target = root.TryGetProperty("objectRef", out var found) ? found : default;
        var resource = Text(target, "resource") + (Text(target, "subresource") is { Length: > 0 } sub ? "/" + sub : "");
        return new(
            Text(root.GetProperty("user"), "username"), Text(root, "verb"), resource, Text(target, "name"),
            root.TryGetProperty("responseStatus", out var status) && status.TryGetProperty("code", out var code) ? code.GetInt32() : 0,
            root.GetProperty("stageTimestamp").GetDateTimeOffset());
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
