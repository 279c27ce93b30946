using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Masking;

/// <summary>Masks the texts of a status.</summary>
/// <remarks>
/// Field by field, not as JSON: a secret such as "202" must not turn times and enums into what cannot be read again. The
/// ledger and the artifacts are left alone: a path or ID that clean-up needs must not be changed; no secret may get into one.
/// </remarks>
internal static class StatusText
{
    public static TargetStatus Mask(TargetStatus status, SecretMasker masker)
    {
        if (masker.IsEmpty) return status;
        return status with
        {
            Progress = status.Progress is { } progress ? progress with { Message = Text(progress.Message) } : null,
            Source = status.Source is { } source ? source with { Id = masker.Apply(source.Id), Name = Text(source.Name) } : null,
            Inputs = status.Inputs?.Select(i => i with { Value = Text(i.Value) }).ToList(),
            Reason = Text(status.Reason),
            Machine = status.Machine is { } machine ? machine with { Address = Text(machine.Address), Accelerator = Text(machine.Accelerator) } : null,
            Steps = status.Steps?.Select(s => s with { Message = Text(s.Message), Report = Report(s.Report) }).ToList(),
            Tests = status.Tests?.Select(t => t with { Output = Text(t.Output), Message = Text(t.Message), Report = Report(t.Report) }).ToList(),
            Failure = status.Failure is { } failure ? FailureText.Mask(failure, masker) : null,
            CleanupErrors = status.CleanupErrors?.Select(masker.Apply).ToList(),
        };

        StepReport? Report(StepReport? report) => report is null ? null : report with
        {
            Score = Text(report.Score),
            Findings = report.Findings?.Select(f => f with { Id = masker.Apply(f.Id), Message = Text(f.Message) }).ToList(),
        };

        string? Text(string? text) => text is null ? null : masker.Apply(text);
    }
}
