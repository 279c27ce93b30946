using System.Diagnostics;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Processes;
using ImageOperator.Platforms.Qemu.Qmp;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>A QEMU process with its control session and console.</summary>
internal sealed class QemuMachine : IMachine
{
    private readonly Process _process;
    private readonly MachineSockets _sockets;
    private readonly TimeProvider _time;
    private readonly Task<string> _stderr;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _poweredOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _network = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _networkSince;
    private QmpConnection? _control;

    public QemuMachine(Process process, Task<string> stderr, MachineSockets sockets, MachinePlan plan, MachineFolder folder, long diskBytes, TimeProvider time)
    {
        _process = process;
        _stderr = stderr;
        _sockets = sockets;
        _time = time;
        Folder = folder;
        DiskBytes = diskBytes;
        Accelerator = plan.Accelerator;
        ShutdownCommand = plan.ShutdownCommand is { } command ? GuestShutdown.AsRoot(command) : null;
        Console = new SerialConsole(time);
        Endpoint = new MachineEndpoint("127.0.0.1", plan.HostPort);
        Status = new MachineStatus { Id = plan.Name, Address = $"127.0.0.1:{plan.HostPort}", Accelerator = plan.Accelerator.ToString() };
        Exited = WatchAsync();
    }

    public MachineStatus Status { get; }

    public MachineEndpoint Endpoint { get; }

    /// <summary>As root, whoever logs in; null leaves it to the power button.</summary>
    public string? ShutdownCommand { get; }

    public Task<string> Ended => _ended.Task;

    public MachineFolder Folder { get; }

    public Accelerator Accelerator { get; }

    public SerialConsole Console { get; }

    /// <summary>The disk's virtual size.</summary>
    public long DiskBytes { get; }

    public int ProcessId => _process.Id;

    /// <summary>Completes when the guest has switched itself off; QEMU then waits to be told to quit.</summary>
    public Task PoweredOff => _poweredOff.Task;

    /// <summary>Completes when the process is gone.</summary>
    public Task<ProcessOutcome> Exited { get; }

    public QmpConnection Control => _control ?? throw new InvalidOperationException("the control session is not open");

    /// <summary>Opens the control session and starts to read the console.</summary>
    public async Task AttachAsync(CancellationToken cancellationToken)
    {
        _ = ReadConsoleAsync();
        var stream = await _sockets.AcceptControlAsync(cancellationToken).ConfigureAwait(false);
        _control = await QmpConnection.OpenAsync(stream, OnEvent, cancellationToken).ConfigureAwait(false);
    }

    public async Task WaitUntilReachableAsync(CancellationToken cancellationToken)
    {
        var wait = ReachabilityWait.For(Accelerator.Kind);
        var start = _time.GetTimestamp();
        while (!_ended.Task.IsCompleted)
        {
            var sign = Console.Sign;
            var network = Volatile.Read(ref _network).Task;
            TimeSpan? sinceNetwork = network.IsCompleted ? _time.GetElapsedTime(Interlocked.Read(ref _networkSince)) : null;
            var remaining = wait.Remaining(_time.GetElapsedTime(start), sinceNetwork, Console.Quiet);
            if (sign.IsCompleted || remaining == TimeSpan.Zero) return;
            var first = sinceNetwork is null ? Task.WhenAny(sign, _ended.Task, network) : Task.WhenAny(sign, _ended.Task);
            try
            {
                // A while longer than asked: timers may fire a little early.
                await first.WaitAsync(remaining + TimeSpan.FromMilliseconds(20), _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Look again: the console may have printed since.
            }
        }
    }

    public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult(Console.Tail(lines));

    /// <summary>Kills the process if it still runs: nobody can take over a machine whose control session is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted) _process.Kill();
        await Exited.ConfigureAwait(false);
        if (_control is not null) await _control.DisposeAsync().ConfigureAwait(false);
        _sockets.Dispose();
        _process.Dispose();
    }

    private async Task ReadConsoleAsync()
    {
        try
        {
            await Console.ReadAsync(await _sockets.AcceptSerialAsync(CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The machine ended before its console was opened.
        }
    }

    private void OnEvent(QmpEvent e)
    {
        switch (e.Name)
        {
            case "SHUTDOWN" when e.Flag("guest"):
                _poweredOff.TrySetResult();
                _ended.TrySetResult("the guest powered itself off");
                break;
            case "RESET" when e.Flag("guest"):
                Console.Restart();
                Volatile.Write(ref _network, new(TaskCreationOptions.RunContinuationsAsynchronously));
                _ = AskForNetworkEventsAsync();
                break;
            case "NIC_RX_FILTER_CHANGED":
                if (Volatile.Read(ref _network).Task.IsCompleted) break;
                Interlocked.Exchange(ref _networkSince, _time.GetTimestamp());
                Volatile.Read(ref _network).TrySetResult();
                break;
            case "GUEST_PANICKED":
                _ended.TrySetResult("the guest's kernel panicked");
                break;
            case "BLOCK_IO_ERROR" when e.Text("action") == "stop":
                _ended.TrySetResult(
                    e.Flag("nospace")
                        ? $"the scratch folder {Folder.Path} is full: the guest could not write to its disk"
                        : $"the guest's disk failed: {e.Text("reason")}");
                break;
        }
    }

    // QEMU reports a change once, and again only after the filter was read.
    private async Task AskForNetworkEventsAsync()
    {
        try
        {
            await Control.ExecuteAsync("query-rx-filter", CancellationToken.None).ConfigureAwait(false);
        }
        catch (QmpException)
        {
            // The machine has ended, which others see.
        }
    }

    private async Task<ProcessOutcome> WatchAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var outcome = new ProcessOutcome(_process.ExitCode, "", await _stderr.ConfigureAwait(false));
        var hint = QemuFailures.Hint(outcome.Complaint, outcome.ExitCode);
        _ended.TrySetResult($"qemu ended with exit code {outcome.ExitCode}"
            + (outcome.Complaint.Length > 0 ? $": {outcome.Complaint}" : "")
            + (hint is null ? "" : $" ({hint})"));
        return outcome;
    }
}
