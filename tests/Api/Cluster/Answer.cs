using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>What an API server answered.</summary>
internal sealed partial record Answer(int Code, JsonObject Body)
{
    public bool Ok => Code is >= 200 and < 300;

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string Message => (string?)Body["message"] ?? "";

    /// <summary>The fields that are complained about.</summary>
    public IReadOnlyList<string> Fields
    {
        get
        {
            var causes = (Body["details"]?["causes"] as JsonArray ?? []).Select(c => (string?)c!["field"] ?? "");
            var unknown = UnknownField().Matches(Message).Select(m => m.Groups[1].Value);
            return [.. causes.Concat(unknown)];
        }
    }

    public override string ToString() => $"{Code} {Message}";

    [GeneratedRegex("unknown field \"([^\"]+)\"")]
    private static partial Regex UnknownField();
}
