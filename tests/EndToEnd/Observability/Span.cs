namespace ImageOperator.EndToEnd.Tests.Observability;

/// <summary>A span as it came over OTLP.</summary>
internal sealed record Span
{
    public string Service { get; init; } = "";

    public string TraceId { get; set; } = "";

    public string Id { get; set; } = "";

    public string Parent { get; set; } = "";

    public string Name { get; set; } = "";

    public ulong Start { get; set; }

    public ulong End { get; set; }

    public bool Failed { get; set; }

    public string StatusMessage { get; set; } = "";

    public Dictionary<string, string> Attributes { get; } = [];

    public override string ToString() => $"{Service} {Name} [{Id} < {Parent}]{(Failed ? " FAILED " + StatusMessage : "")} {string.Join(' ', Attributes.Select(a => $"{a.Key}={a.Value}"))}";
}
