using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Masking;

/// <summary>Masks every text of a status before it is written.</summary>
internal sealed class MaskingJournal(IBuildJournal inner, SecretMasker masker) : IBuildJournal
{
    public Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken) => inner.LoadAsync(cancellationToken);

    public Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken) => inner.GetStopOrderAsync(cancellationToken);

    public Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken) =>
        inner.GetResumeOrderAsync(target, step, cancellationToken);

    public string HowToResume(BuildIdentity build, string step) => inner.HowToResume(build, step);

    public Task SaveAsync(TargetStatus status, CancellationToken cancellationToken) =>
        inner.SaveAsync(StatusText.Mask(status, masker), cancellationToken);
}
