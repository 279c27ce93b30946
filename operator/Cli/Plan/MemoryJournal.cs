using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Plan;

/// <summary>Keeps nothing: a plan makes nothing that would have to be found again.</summary>
internal sealed class MemoryJournal : IBuildJournal
{
    private TargetStatus? _status;

    public Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(_status);

    public Task SaveAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        _status = status;
        return Task.CompletedTask;
    }

    public Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken) => Task.FromResult(new StopOrder(StopReason.Cancelled));

    public Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken) => Task.FromResult(ResumeOrder.Hold);

    public string HowToResume(BuildIdentity build, string step) => "";
}
