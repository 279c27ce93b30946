using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Masking;

internal static class FailureText
{
    public static Failure Mask(Failure failure, SecretMasker masker) => failure with
    {
        Message = masker.Apply(failure.Message),
        LogTail = failure.LogTail is null ? null : masker.Apply(failure.LogTail),
        ConsoleTail = failure.ConsoleTail is null ? null : masker.Apply(failure.ConsoleTail),
        Hint = failure.Hint is null ? null : masker.Apply(failure.Hint),
        Diagnosis = failure.Diagnosis?.Select(d => d with { Message = masker.Apply(d.Message), Hint = d.Hint is null ? null : masker.Apply(d.Hint) }).ToList(),
    };
}
