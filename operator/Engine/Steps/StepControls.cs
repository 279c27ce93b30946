using ImageOperator.Api.Common;
using ImageOperator.Api.Provisioners;

namespace ImageOperator.Engine.Steps;

/// <summary>How a step is run: what provisioners and tests have in common.</summary>
internal sealed record StepControls(
    string Name, string Kind, Duration? Timeout, RetryPolicy? Retries, Duration? PauseBefore, bool ContinueOnError)
{
    /// <summary>Whether a step with these lists is for the target.</summary>
    public static bool IsFor(string target, IReadOnlyList<string> only, IReadOnlyList<string> except) =>
        (only.Count == 0 || only.Contains(target)) && !except.Contains(target);
}
