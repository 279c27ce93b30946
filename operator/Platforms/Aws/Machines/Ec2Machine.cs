using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.SessionManager;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>An instance that runs. It goes on without this process; the handle only watches it.</summary>
internal sealed class Ec2Machine : IMachine
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(20);

    private readonly InstanceReader _reader;
    private readonly TimeProvider _time;
    private readonly SessionManagerDialer? _dialer;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;

    public Ec2Machine(string id, MachineEndpoint endpoint, IReadOnlyList<string> tried, InstanceReader reader, TimeProvider time, SessionManagerDialer? dialer = null)
    {
        Id = id;
        Endpoint = endpoint;
        Status = new MachineStatus { Id = id, Address = $"{(dialer is null ? endpoint.Host : id)}:{endpoint.Port}", Tried = tried.Count > 0 ? tried : null };
        _reader = reader;
        _time = time;
        _dialer = dialer;
        _watch = WatchAsync();
    }

    public string Id { get; }

    public MachineStatus Status { get; }

    public MachineEndpoint Endpoint { get; }

    public IMachineDialer? Dialer => _dialer;

    public string? Password { get; set; }

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
        if (_dialer is not null) await _dialer.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private string? EndOf(Instance? instance)
    {
        var state = instance?.State?.Name;
        if (state == InstanceStateName.Running || state == InstanceStateName.Pending) return null;
        var why = instance?.StateReason?.Message ?? instance?.StateTransitionReason;
        return instance is null ? $"{Id} does not exist any more" : $"{Id} is {state}{(string.IsNullOrEmpty(why) ? "" : $": {why}")}";
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(WatchInterval, _time, _closing.Token).ConfigureAwait(false);
            try
            {
                _ended.TrySetResult(await _reader.WatchAsync(WatchInterval, _time, Id, EndOf, _closing.Token).ConfigureAwait(false));
                return;
            }
            catch (PlatformException)
            {
                // The next look may succeed; the session will tell if the machine is gone.
            }
        }
    }
}
