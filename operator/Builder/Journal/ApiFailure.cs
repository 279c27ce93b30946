using System.Net;
using System.Text.Json;
using k8s.Autorest;

namespace ImageOperator.Builder.Journal;

/// <summary>What a failed call to the API server means for a builder.</summary>
internal static class ApiFailure
{
    /// <summary>A newer attempt, or the operator itself, owns what this builder wanted to write; or the build is gone.</summary>
    public static bool IsFenced(HttpOperationException e) => e.Response.StatusCode switch
    {
        HttpStatusCode.NotFound => IsGone(e),
        HttpStatusCode.Conflict => HasFieldConflict(e.Response.Content),
        _ => false,
    };

    /// <summary>The server knows the kind and says that there is no such object. A server that has just started serves no custom kind yet: its plain 404 says nothing.</summary>
    public static bool IsGone(HttpOperationException e) =>
        e.Response.StatusCode == HttpStatusCode.NotFound
        && Parse(e.Response.Content) is { ValueKind: JsonValueKind.Object } status
        && status.TryGetProperty("reason", out var reason) && reason.GetString() == "NotFound";

    /// <summary>Not permitted. A server that has just started says so too, until its authorizer has read the roles.</summary>
    public static bool IsRefused(Exception e) => e is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden };

    /// <summary>The same call may succeed later.</summary>
    public static bool IsTransient(Exception e, CancellationToken cancellationToken) => e switch
    {
        HttpOperationException http => (int)http.Response.StatusCode is >= 500 or 429 or 408 or 409
            || http.Response.StatusCode is HttpStatusCode.Unauthorized // a token being rotated
            || (http.Response.StatusCode is HttpStatusCode.NotFound && !IsGone(http)),
        HttpRequestException or IOException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    private static bool HasFieldConflict(string? content)
    {
        if (Parse(content) is not { } status || !status.TryGetProperty("details", out var details)) return false;
        return details.TryGetProperty("causes", out var causes)
            && causes.EnumerateArray().Any(c => c.TryGetProperty("reason", out var reason) && reason.GetString() == "FieldManagerConflict");
    }

    private static JsonElement? Parse(string? content)
    {
        try
        {
            return content is null ? null : JsonSerializer.Deserialize<JsonElement>(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
