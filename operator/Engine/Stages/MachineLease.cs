using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Stages;

/// <summary>A machine with its session. Work done through it ends at once when the machine does.</summary>
internal sealed class MachineLease(IMachine machine) : IAsyncDisposable
{
    public IMachine Machine { get; } = machine;

    public ICommunicator? Communicator { get; set; }

    /// <summary>Runs work on the machine.</summary>
    /// <exception cref="ConnectionException">The machine ended; the layer is <see cref="ConnectionLayer.Machine"/>.</exception>
    public async Task<T> WhileAliveAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(stop.Token);
        var first = await Task.WhenAny(working, Machine.Ended).ConfigureAwait(false);
        if (first == working) return await working.ConfigureAwait(false);

        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (working.IsCompletedSuccessfully) return await working.ConfigureAwait(false);
        var cause = await Machine.Ended.ConfigureAwait(false);
        throw new ConnectionException(
            ConnectionLayer.Machine, $"the machine ended while it was needed: {cause}", "look at the console's tail: the guest may have powered off or crashed");
    }

    /// <summary>Closes the session; the machine runs on.</summary>
    public async Task HangUpAsync()
    {
        var communicator = Communicator;
        Communicator = null;
        if (communicator is not null) await communicator.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await HangUpAsync().ConfigureAwait(false);
        await Machine.DisposeAsync().ConfigureAwait(false);
    }
}
