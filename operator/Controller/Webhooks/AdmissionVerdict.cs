using ImageOperator.Api.Validation;

namespace ImageOperator.Controller.Webhooks;

/// <summary>What is to be said about a change.</summary>
/// <param name="Errors">Why it is refused; empty if it is allowed.</param>
/// <param name="Doubts">What is allowed and yet worth a word.</param>
internal sealed record AdmissionVerdict(IReadOnlyList<ValidationError> Errors, IReadOnlyList<ValidationError> Doubts)
{
    /// <summary>Not for us to judge.</summary>
    public static AdmissionVerdict Allowed { get; } = new([], []);
}
