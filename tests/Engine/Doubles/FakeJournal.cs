using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class FakeJournal(JournalStore store, Process process, TimeProvider time) : IBuildJournal
{
    public Func<StopReason> StopReason { get; set; } = () => Ports.StopReason.Cancelled;

    public async Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken)
    {
        await AvailableAsync(cancellationToken);
        return await process.CallAsync("journal.load", () => store.Status, cancellationToken);
    }

    public async Task SaveAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        await AvailableAsync(cancellationToken);
        await process.CallAsync("journal.save", () => { store.Save(status, process.Attempt); return 0; }, cancellationToken);
    }

    public Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken) =>
        process.CallAsync("journal.reason", () => new StopOrder(StopReason(), "target a failed"), cancellationToken);

    public Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken) =>
        process.CallAsync("journal.resume", () => ResumeOrders.For(store.Resume, target, step), cancellationToken);

    public string HowToResume(BuildIdentity build, string step) => $"release {step} of {build.Name}";

    private async Task AvailableAsync(CancellationToken cancellationToken)
    {
        while (time.GetUtcNow() < store.UnavailableUntil) await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
    }
}
