using ImageOperator.Runtime.Leadership;

namespace ImageOperator.Controller.Queue;

/// <summary>Keeps the hours in platforms' status fresh enough for people; the queue itself counts anew each time.</summary>
internal sealed class UsageTeller(UsageLedger ledger, ILeadership leadership, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (leadership.IsLeader) await ledger.TellAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
