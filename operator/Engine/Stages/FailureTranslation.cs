using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Stages;

/// <summary>Describes an exception as the failure of a stage.</summary>
internal static class FailureTranslation
{
    /// <summary>Whether an exception says that the work failed, and is not a failure described already, a fence or a wish to stop.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        StageFailedException or FencedException => false,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => true,
    };

    public static Failure Translate(Exception exception, BuildStage stage) => exception switch
    {
        PlatformException e => new() { Stage = stage, Reason = e.Reason, Message = e.Message, Hint = e.Hint },
        ConnectionException { Layer: ConnectionLayer.Machine } e =>
            new() { Stage = stage, Reason = Reasons.MachineFailed, Message = e.Message, Hint = e.Hint, Diagnosis = [e.ToDiagnosis()] },
        ConnectionException e =>
            new() { Stage = stage, Reason = Reasons.ConnectionFailed, Message = $"{e.Layer}: {e.Message}", Hint = e.Hint, Diagnosis = [e.ToDiagnosis()] },
        StepException e => new() { Stage = stage, Reason = Reasons.ProvisionerFailed, Message = e.Message, ExitCode = e.ExitCode, Hint = e.Hint },
        IOException e when IsNoSpace(e) =>
            new() { Stage = stage, Reason = Reasons.NoSpace, Message = e.Message, Hint = "free space on the volume, or give the build a larger one" },
        _ => new()
        {
            Stage = stage,
            Reason = Reasons.InternalError,
            Message = $"{exception.GetType().Name}: {exception.Message}",
            Hint = "this is a defect of ImageOperator: please report it with the builder's log",
        },
    };

    /// <summary>ENOSPC (28) or EDQUOT (122) of Linux, as .NET hands it on.</summary>
    private static bool IsNoSpace(IOException e) => (e.HResult & 0xFFFF) is 28 or 122 or 112;
}
