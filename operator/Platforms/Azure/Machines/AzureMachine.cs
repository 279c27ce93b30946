using Azure.Core;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>A machine that runs. It goes on without this process; the handle only watches it.</summary>
internal sealed class AzureMachine : IMachine
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(20);

    private readonly MachineReader _reader;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;

    public AzureMachine(ResourceIdentifier id, ResourceIdentifier disk, MachineEndpoint endpoint, IReadOnlyList<string> tried, string? shutdownCommand, MachineReader reader, TimeProvider time)
    {
        (Id, Disk, Endpoint, ShutdownCommand) = (id, disk, endpoint, shutdownCommand);
        Status = new MachineStatus { Id = id.ToString(), Address = $"{endpoint.Host}:{endpoint.Port}", Tried = tried.Count > 0 ? tried : null };
        _reader = reader;
        _time = time;
        _watch = WatchAsync();
    }

    public ResourceIdentifier Id { get; }

    public ResourceIdentifier Disk { get; }

    public MachineStatus Status { get; }

    public MachineEndpoint Endpoint { get; }

    public string? ShutdownCommand { get; }

    /// <summary>It makes the disk fit for an image: one that was not is none.</summary>
    public bool ShutdownCommandMustSucceed => true;

    public Task<string> Ended => _ended.Task;

    /// <summary>Connecting costs a cloud's machine nothing: the communicator may begin at once.</summary>
    public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken)
    {
        var text = await _reader.ReadConsoleAsync(Id, cancellationToken).ConfigureAwait(false);
        return string.Join('\n', text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').TakeLast(lines));
    }

    /// <summary>Watches no more: the machine is about to be stopped.</summary>
    public async Task StopWatchingAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopWatchingAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(WatchInterval, _time, _closing.Token).ConfigureAwait(false);
            try
            {
                var machine = await _reader.ReadAsync(Id, justMade: true, _closing.Token).ConfigureAwait(false);
                var power = MachineReader.PowerOf(machine);
                if (machine is not null && power is null or MachineReader.Running or MachineReader.Starting) continue;
                _ended.TrySetResult(machine is null
                    ? $"{Id.Name} does not exist any more: a spot machine that was evicted, or removed by someone else"
                    : $"{Id.Name} is {power}{(power == MachineReader.Deallocated && machine.Priority is not null ? ": its capacity was taken back, or someone stopped it" : "")}");
                return;
            }
            catch (PlatformException)
            {
                // The next look may succeed; the session will tell if the machine is gone.
            }
        }
    }
}
