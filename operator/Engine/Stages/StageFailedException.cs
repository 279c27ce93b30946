using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Stages;

/// <summary>Ends a build with a failure that is fully described.</summary>
internal sealed class StageFailedException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public Failure Failure { get; } = failure;
}
