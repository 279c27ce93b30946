using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Makes calls to Google Cloud.</summary>
internal sealed class GcpCalls(TimeProvider time, IBuildObserver observer) : CloudCalls<GcpCall>("Google Cloud", time, observer)
{
    public Task<T> RunAsync<T>(string method, string reason, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken) =>
        RunAsync(new GcpCall(method, reason), run, cancellationToken);

    protected override TimeSpan? MayRecover(GcpCall call, Exception error) => GcpErrors.KindOf(error) switch
    {
        // Someone must read it anew: the same call would be refused again.
        FailureKind.Retryable when GcpErrors.IsOutdated(error) => null,
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
        _ => null,
    };

    protected override PlatformException Translate(GcpCall call, Exception error) => GcpErrors.Translate(call.Method, call.Reason, error);

    protected override string? CodeOf(Exception error) => GcpErrors.CodeOf(error);

    protected override bool IsUnclear(Exception error) => GcpErrors.IsUnclear(error);

    protected override bool IsThrottled(Exception error) => GcpErrors.IsThrottled(error);
}
