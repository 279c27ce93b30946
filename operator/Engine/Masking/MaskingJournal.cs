using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Masking;

/// <summary>Masks every text of a status before it is written.</summary>
/// <remarks>The ledger is left alone: a path or ID that clean-up needs must not be changed; no secret may get into one.</remarks>
internal sealed class MaskingJournal(IBuildJournal inner, SecretMasker masker) : IBuildJournal
{
    public Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken) => inner.LoadAsync(cancellationToken);

    public Task<StopReason> GetStopReasonAsync(CancellationToken cancellationToken) => inner.GetStopReasonAsync(cancellationToken);

    public Task SaveAsync(TargetStatus status, CancellationToken cancellationToken) =>
        inner.SaveAsync(masker.IsEmpty ? status : Masked(status), cancellationToken);

    private TargetStatus Masked(TargetStatus status)
    {
        var text = status with { Resources = null, Artifacts = null, Name = status.Name };
        var masked = masker.Apply(JsonSerializer.SerializeToNode(text, ApiJson.Options)).Deserialize<TargetStatus>(ApiJson.Options)!;
        return masked with { Name = status.Name, Attempt = status.Attempt, PodName = status.PodName, Phase = status.Phase, Stage = status.Stage, Resources = status.Resources, Artifacts = status.Artifacts };
    }
}
