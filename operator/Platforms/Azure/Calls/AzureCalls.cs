using System.Globalization;
using Azure;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>Makes calls to Azure.</summary>
internal sealed class AzureCalls(TimeProvider time, IBuildObserver observer) : CloudCalls<AzureCall>("Azure", time, observer)
{
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
