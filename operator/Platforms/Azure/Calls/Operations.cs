using System.Globalization;
using System.Text.Json;
using Azure;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>
/// Waits for what Azure goes on with by itself, by asking where its answer said. The SDK's own operations cannot: one that was answered once with an error
/// of the server, or throttled, answers so for good.
/// </summary>
internal sealed class Operations(TimeProvider time, AzureClients clients, AzureCalls calls)
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(2);

    /// <param name="call">The call that began it.</param>
    /// <param name="begun">The answer to it.</param>
    /// <param name="wait">How long it usually takes.</param>
    /// <param name="cancellationToken">Ends the wait; the operation goes on.</param>
    /// <exception cref="Engine.Failures.PlatformException">The operation failed.</exception>
    public async Task WaitAsync(AzureCall call, Response begun, AdaptiveWait wait, CancellationToken cancellationToken)
    {
        if (!begun.Headers.TryGetValue("Azure-AsyncOperation", out var url) && (begun.Status != 202 || !begun.Headers.TryGetValue("Location", out url))) return;
        var polling = new AzureCall(ActionOf(url!), call.Reason) { OfWhatWasJustMade = true };
        var wish = WishOf(begun);
        var lookout = new Lookout(time);
        await wait.PollAsync(time, async () =>
        {
            var answer = await lookout.LookAsync(() => calls.RunAsync(polling, t => clients.ReadAsync(new Uri(url!), t), cancellationToken)).ConfigureAwait(false);
            if (answer is null) return null;
            wish = WishOf(answer);
            return IsDone(call, answer) ? "done" : null;
        }, cancellationToken, () => wish).ConfigureAwait(false);
    }

    /// <summary>Waits, and asks for what came of it.</summary>
    /// <returns>Null if nothing did.</returns>
    public async Task<JsonElement?> ResultAsync(AzureCall call, Response begun, AdaptiveWait wait, CancellationToken cancellationToken)
    {
        await WaitAsync(call, begun, wait, cancellationToken).ConfigureAwait(false);
        var answer = begun;
        if (begun.Headers.TryGetValue("Location", out var url) || begun.Headers.TryGetValue("Azure-AsyncOperation", out url))
        {
            var polling = new AzureCall(ActionOf(url!), call.Reason) { OfWhatWasJustMade = true };
            answer = await calls.RunAsync(polling, t => clients.ReadAsync(new Uri(url!), t), cancellationToken).ConfigureAwait(false);
        }

        if (answer.Content.ToMemory().IsEmpty) return null;
        using var body = JsonDocument.Parse(answer.Content.ToMemory());
        return body.RootElement.Clone();
    }

    /// <summary>Why an operation that has ended failed; null if Azure does not say, or does not answer.</summary>
    public async Task<string?> WhyAsync(AzureCall call, Response begun, CancellationToken cancellationToken)
    {
        if (!begun.Headers.TryGetValue("Azure-AsyncOperation", out var url)) return null;
        try
        {
            IsDone(call, await calls.RunAsync(new AzureCall(ActionOf(url), call.Reason), t => clients.ReadAsync(new Uri(url), t), cancellationToken).ConfigureAwait(false));
            return null;
        }
        catch (PlatformException e)
        {
            return e.InnerException is RequestFailedException { ErrorCode: { } code, Status: < 400 } failed ? $"{code}: {failed.Message.ReplaceLineEndings("\n").Split('\n')[0]}" : null;
        }
    }

    private static bool IsDone(AzureCall call, Response answer)
    {
        if (answer.Status == 202) return false;
        if (answer.Status == 204 || answer.Content.ToMemory().IsEmpty) return true;
        using var body = JsonDocument.Parse(answer.Content.ToMemory());
        if (!body.RootElement.TryGetProperty("status", out var status)) return true;
        switch (status.GetString())
        {
            case "Succeeded":
                return true;
            case "Failed" or "Canceled" or "Cancelled":
                var error = body.RootElement.TryGetProperty("error", out var said) ? said : default;
                var failure = new RequestFailedException(answer.Status, Text(error, "message") ?? $"the operation ended {status.GetString()}", Text(error, "code") ?? "OperationFailed", null);
                throw AzureErrors.Translate(call.Action, call.Reason, failure);
            default:
                return false;
        }
    }

    private static string? Text(JsonElement error, string name) => error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var text) ? text.GetString() : null;

    // …/providers/Microsoft.Compute/locations/westeurope/operations/1, or …/subscriptions/1/operationresults/2.
    private static string ActionOf(string url)
    {
        var parts = new Uri(url).AbsolutePath.Split('/');
        var at = Array.FindIndex(parts, p => p.Equals("providers", StringComparison.OrdinalIgnoreCase));
        // Each provider has its own words: operations, DiskOperations, capsOperations.
        return at > 0 && at + 4 < parts.Length ? $"{parts[at + 1]}/{parts[at + 2]}/{char.ToLowerInvariant(parts[at + 4][0])}{parts[at + 4][1..]}/read" : "Microsoft.Resources/subscriptions/operationresults/read";
    }

    private static TimeSpan? WishOf(Response answer) =>
        answer.Headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRetryAfter.TotalSeconds))
            : null;
}
