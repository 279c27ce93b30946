using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Stages;

/// <summary>A machine with its session. Work done through it ends at once when the machine does.</summary>
internal sealed class MachineLease(IMachine machine, IBuildObserver observer, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A machine that powers off drops its sessions first: its end is the cause then, not the session.</summary>
    private static readonly TimeSpan EndAfterSession = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ConsoleBudget = TimeSpan.FromSeconds(10);

    public IMachine Machine { get; } = machine;

    public ICommunicator? Communicator { get; set; }

    /// <summary>The session; there is one from connect to hang-up.</summary>
    public ICommunicator Session => Communicator ?? throw new InvalidOperationException("the machine has no session");

    /// <summary>Runs work on the machine.</summary>
    /// <exception cref="ConnectionException">The machine ended; the layer is <see cref="ConnectionLayer.Machine"/>.</exception>
    public async Task<T> WhileAliveAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(stop.Token);
        if (await Task.WhenAny(working, Machine.Ended).ConfigureAwait(false) == working)
        {
            try
            {
                return await working.ConfigureAwait(false);
            }
            catch (ConnectionException e)
            {
                await Task.WhenAny(Machine.Ended, Task.Delay(EndAfterSession, time, stop.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (!Machine.Ended.IsCompleted) throw;
                throw await EndedAsync(e).ConfigureAwait(false);
            }
        }

        stop.Cancel();
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (working.IsCompletedSuccessfully) return await working.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        throw await EndedAsync(working.Exception?.InnerException).ConfigureAwait(false);
    }

    /// <summary>The end of the console; empty if it cannot be had. Never fails: it only adds to a failure.</summary>
    public async Task<string> ReadConsoleTailAsync(int lines)
    {
        using var budget = new CancellationTokenSource(ConsoleBudget, time);
        try
        {
            return await Machine.ReadConsoleTailAsync(lines, budget.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"cannot read the console: {e.Message}"));
            return "";
        }
    }

    /// <summary>What in the guest commonly makes steps fail; empty if it cannot be asked. Never fails: it only adds to a failure.</summary>
    public async Task<IReadOnlyList<Diagnosis>> ExamineAsync()
    {
        if (Communicator is not { } session || Machine.Ended.IsCompleted) return [];
        using var budget = new CancellationTokenSource(ConsoleBudget, time);
        try
        {
            return await session.ExamineAsync(budget.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"cannot examine the guest: {e.Message}"));
            return [];
        }
    }

    /// <summary>Closes the session; the machine runs on.</summary>
    public async Task HangUpAsync()
    {
        var communicator = Communicator;
        Communicator = null;
        await new QuietDisposal(communicator, "the session", observer).DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync().ConfigureAwait(false);
        await new QuietDisposal(Machine, "the machine's handle", observer).DisposeAsync().ConfigureAwait(false);
    }

    private async Task<ConnectionException> EndedAsync(Exception? inner) => new(
        ConnectionLayer.Machine,
        $"the machine ended while it was needed: {await Machine.Ended.ConfigureAwait(false)}",
        "look at the console's tail: the guest may have powered off or crashed",
        inner);
}
