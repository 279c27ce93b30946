namespace ImageOperator.Runtime.Health;

/// <summary>What a probe answers.</summary>
/// <param name="Entries">Each check's name and what is wrong with it, or null.</param>
public sealed record HealthReport(IReadOnlyDictionary<string, string?> Entries)
{
    /// <summary>Whether every check is well.</summary>
    public bool Healthy => Entries.Values.All(problem => problem is null);

    /// <summary>One line per check, as <c>/healthz?verbose</c> of Kubernetes writes them.</summary>
    public override string ToString() => string.Join('\n', Entries.OrderBy(e => e.Key, StringComparer.Ordinal)
        .Select(e => e.Value is null ? $"[+] {e.Key} ok" : $"[-] {e.Key} failed: {e.Value}"));
}
