using System.Globalization;
using Azure;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>Makes calls to Azure.</summary>
internal sealed class AzureCalls(TimeProvider time, IBuildObserver observer) : CloudCalls<AzureCall>("Azure", time, observer)
{
    /// <summary>Below it calls keep a distance from each other, the longer the fewer are left.</summary>
    private const int Few = 10;

    // Azure's buckets get 10 writes and 25 reads more each second, those of its providers fewer.
    private static readonly TimeSpan Distance = TimeSpan.FromSeconds(0.5);

    /// <summary>Azure says how many more calls it would take now: whoever slows down is not throttled, and does not take the rest from others.</summary>
    public void Pace(int remaining)
    {
        if (remaining < Few) Quiet(Distance * (Few - remaining));
    }

    protected override TimeSpan? MayRecover(AzureCall call, Exception error) => AzureErrors.KindOf(error) switch
    {
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
        _ => null,
    };

    protected override PlatformException Translate(AzureCall call, Exception error) => AzureErrors.Translate(call.Action, call.Reason, error);

    protected override string? CodeOf(Exception error) => AzureErrors.CodeOf(error);

    protected override bool IsUnclear(Exception error) => AzureErrors.IsUnclear(error);

    protected override bool IsThrottled(Exception error) => AzureErrors.IsThrottled(error);

    protected override TimeSpan? WishOf(Exception error) =>
        (error as RequestFailedException)?.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true && int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
