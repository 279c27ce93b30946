using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Aws.SessionManager.Messages;

/// <summary>What the agent asks of its client before a session begins, and our answer.</summary>
/// <param name="Response">The answer, as JSON.</param>
/// <param name="Refused">What we cannot do; null: nothing.</param>
internal sealed record Handshake(byte[] Response, string? Refused)
{
    /// <summary>What agents compare to know what their client can do. It is one that knows handshakes; of ports it needs only what all clients can do.</summary>
    public const string ClientVersion = "1.2.0.0";

    private const int Succeeded = 1;
    private const int Unsupported = 3;

    public static Handshake Answer(ReadOnlySpan<byte> request)
    {
        var processed = new JsonArray();
        var errors = new JsonArray();
        foreach (var action in JsonNode.Parse(request)?["RequestedClientActions"]?.AsArray() ?? [])
        {
            var type = action?["ActionType"]?.GetValue<string>() ?? "";
            var error = ErrorOf(type, action?["ActionParameters"]);
            if (error is not null) errors.Add((JsonNode)error);
            processed.Add((JsonNode)new JsonObject
            {
                ["ActionType"] = type,
                ["ActionStatus"] = error is null ? Succeeded : Unsupported,
                ["ActionResult"] = null,
                ["Error"] = error ?? "",
            });
        }

        var refused = errors.Count == 0 ? null : string.Join("; ", errors.Select(e => e!.GetValue<string>()));
        var response = new JsonObject { ["ClientVersion"] = ClientVersion, ["ProcessedClientActions"] = processed, ["Errors"] = errors };
        return new(JsonSerializer.SerializeToUtf8Bytes(response), refused);
    }

    private static string? ErrorOf(string type, JsonNode? parameters) => type switch
    {
        "SessionType" when parameters?["SessionType"]?.GetValue<string>() is "Port" => null,
        "SessionType" => $"the session is of the type {parameters?["SessionType"]}, which is no port",
        "KMSEncryption" => "the session's document asks for encryption by a KMS key, which sessions of ports do not have",
        _ => $"the agent asks for {type}, which this client does not know",
    };
}
