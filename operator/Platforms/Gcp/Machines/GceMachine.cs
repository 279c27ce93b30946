using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Tunnels;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>An instance that runs. It goes on without this process; the handle only watches it, and holds the tunnel to it.</summary>
internal sealed class GceMachine : IMachine
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(20);

    private readonly InstanceReader _reader;
    private readonly TimeProvider _time;
    private readonly IapDialer? _dialer;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;

    public GceMachine(GcpLink link, MachineEndpoint endpoint, IReadOnlyList<string> hostKeys, IReadOnlyList<string> tried, string? user, InstanceReader reader, TimeProvider time, IapDialer? dialer)
    {
        Link = link;
        Endpoint = endpoint;
        HostKeys = hostKeys;
        User = user;
        Status = new MachineStatus { Id = link.ToString(), Address = $"{endpoint.Host}:{endpoint.Port}", Tried = tried.Count > 0 ? tried : null };
        _reader = reader;
        _time = time;
        _dialer = dialer;
        _watch = WatchAsync();
    }

    public GcpLink Link { get; }

    public MachineStatus Status { get; }

    public MachineEndpoint Endpoint { get; }

    public IMachineDialer? Dialer => _dialer;

    public IReadOnlyList<string> HostKeys { get; }

    public string? User { get; }

    public string? ShutdownCommand => GuestShutdown.Command;

    public Task<string> Ended => _ended.Task;

    /// <summary>Its guest agent has told the host keys: sshd is there, or soon will be.</summary>
    public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken)
    {
        var text = await _reader.ReadConsoleAsync(Link, cancellationToken).ConfigureAwait(false);
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

    private async Task WatchAsync()
    {
        while (true)
        {
            await Task.Delay(WatchInterval, _time, _closing.Token).ConfigureAwait(false);
            try
            {
                var instance = await _reader.ReadAsync(Link, justMade: false, _closing.Token).ConfigureAwait(false);
                if (instance?.Status is "RUNNING" or "STAGING" or "PROVISIONING" or "REPAIRING") continue;
                _ended.TrySetResult(instance is null
                    ? $"{Link} does not exist any more: it was taken for others (spot), or has reached gcp.machineLifetime"
                    : $"{Link} is {instance.Status}{(string.IsNullOrEmpty(instance.StatusMessage) ? "" : $": {instance.StatusMessage}")}");
                return;
            }
            catch (PlatformException)
            {
                // The next look may succeed; the session will tell if the machine is gone.
            }
        }
    }
}
