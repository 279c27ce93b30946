using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>Makes calls to AWS.</summary>
internal sealed class AwsCalls(TimeProvider time, IBuildObserver observer) : CloudCalls<AwsCall>("AWS", time, observer)
{
    /// <summary>How long EC2 may not know what IAM has just made.</summary>
    private static readonly TimeSpan ProfileSettling = TimeSpan.FromMinutes(3);

    protected override TimeSpan? MayRecover(AwsCall call, Exception error) => AwsErrors.KindOf(error) switch
    {
        FailureKind.Retryable => Patience,
        FailureKind.NotFound when call.OfWhatWasJustMade => Settling,
        _ when call.OfNewProfile && AwsErrors.IsUnknownProfile(error) => ProfileSettling,
        _ => null,
    };

    protected override PlatformException Translate(AwsCall call, Exception error) => AwsErrors.Translate(call.Service, call.Action, call.Reason, error);

    protected override string? CodeOf(Exception error) => AwsErrors.CodeOf(error);

    protected override bool IsUnclear(Exception error) => AwsErrors.IsUnclear(error);

    protected override bool IsThrottled(Exception error) => AwsErrors.IsThrottled(error);
}
