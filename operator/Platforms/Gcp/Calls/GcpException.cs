using System.Net;
using System.Text.Json;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Google says no: in the answer to a call, or in an operation's end.</summary>
/// <param name="status">The answer's status.</param>
/// <param name="code">Google's word for it: <c>quotaExceeded</c>, <c>ZONE_RESOURCE_POOL_EXHAUSTED</c>; null where the answer is not Google's.</param>
/// <param name="message">Google's message.</param>
internal sealed class GcpException(HttpStatusCode status, string? code, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string? Code { get; } = code;

    public static GcpException Of(HttpStatusCode status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement.GetProperty("error");
            // Token endpoints speak OAuth: {"error": "invalid_grant", "error_description": "…"}.
            if (error.ValueKind == JsonValueKind.String)
            {
                return new(status, error.GetString(), document.RootElement.TryGetProperty("error_description", out var text) ? text.GetString()! : error.GetString()!);
            }

            var first = error.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0 ? errors[0] : default;
            var reason = first.ValueKind == JsonValueKind.Object && first.TryGetProperty("reason", out var r) ? r.GetString()
                : error.TryGetProperty("status", out var s) ? s.GetString() : null;
            return new(status, reason, error.TryGetProperty("message", out var message) ? message.GetString()! : body);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(status, null, $"HTTP status {(int)status}");
        }
    }

    /// <summary>That of an operation that has ended so.</summary>
    public static GcpException? Of(GceOperation operation)
    {
        if (operation.Error?.Errors is not [var first, ..]) return null;
        return new((HttpStatusCode)(operation.HttpErrorStatusCode ?? 400), first.Code ?? "UNKNOWN", first.Message ?? "the operation says nothing more");
    }
}
