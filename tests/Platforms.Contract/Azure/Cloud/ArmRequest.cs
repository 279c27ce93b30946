using System.Text.Json.Nodes;
using System.Web;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>A request, with the action that a role must allow for it.</summary>
internal sealed record ArmRequest(string Method, string Path, string[] Segments, IReadOnlyDictionary<string, string> Query, JsonObject? Body, string Host)
{
    /// <summary>The entity tag that what is written to must have; null: any.</summary>
    public string? IfMatch { get; init; }

    /// <summary>An asterisk: there must be none.</summary>
    public string? IfNoneMatch { get; init; }

    private static readonly string[] Known = ["deallocate", "retrieveBootDiagnosticsData", "powerOff", "generalize", "beginGetAccess", "endGetAccess"];

    public static async Task<ArmRequest> ReadAsync(HttpRequestMessage message)
    {
        var uri = message.RequestUri!;
        var query = HttpUtility.ParseQueryString(uri.Query);
        var text = message.Content is null ? "" : await message.Content.ReadAsStringAsync();
        var path = Uri.UnescapeDataString(uri.AbsolutePath).TrimEnd('/');
        return new(
            message.Method.Method, path, path.Split('/', StringSplitOptions.RemoveEmptyEntries),
            query.AllKeys.Where(k => k is not null).ToDictionary(k => k!, k => query[k]!, StringComparer.OrdinalIgnoreCase),
            text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : null, uri.Host)
        {
            IfMatch = message.Headers.TryGetValues("If-Match", out var match) ? match.First() : null,
            IfNoneMatch = message.Headers.TryGetValues("If-None-Match", out var none) ? none.First() : null,
        };
    }

    /// <summary>The POST's last word; null if it is about the resource itself.</summary>
    public string? Verb => Method == "POST" && Known.Contains(Segments[^1]) ? Segments[^1] : null;

    /// <summary>Where in the path the resource's provider stands; -1 if it has none.</summary>
    private int Provider => Array.FindLastIndex(Segments, s => s.Equals("providers", StringComparison.OrdinalIgnoreCase));

    /// <summary>The resource's type: <c>Microsoft.Compute/virtualMachines</c>.</summary>
    public string Type
    {
        get
        {
            if (Provider < 0) return Segments.Length switch { <= 2 => "Microsoft.Resources/subscriptions", _ => $"Microsoft.Resources/subscriptions/{Named(Segments[2])}" };
            var rest = Segments[(Provider + 1)..];
            if (rest[0] == "Microsoft.Resources") return "Microsoft.Resources/tags";
            if (rest.Length > 1 && rest[1] == "locations") return $"{rest[0]}/locations/{(rest.Length > 3 && rest[3] == "publishers" ? "publishers/artifacttypes/offers/skus/versions" : $"{char.ToLowerInvariant(rest[3][0])}{rest[3][1..]}")}";
            return $"{rest[0]}/{string.Join('/', rest.Skip(1).Where((_, i) => i % 2 == 0).Take((rest.Length - (Verb is null ? 0 : 1)) / 2))}";
        }
    }

    /// <summary>The action that a role must allow.</summary>
    public string Action => Method switch
    {
        "GET" or "HEAD" => $"{Type}/read",
        "DELETE" => $"{Type}/delete",
        "POST" => $"{Type}/{Verb}/action",
        _ => $"{Type}/write",
    };

    private static string Named(string segment) => segment.Equals("resourcegroups", StringComparison.OrdinalIgnoreCase) ? "resourceGroups" : segment;
}
