using System.Runtime.InteropServices;

namespace ImageOperator.Cli.Build;

/// <summary>Ctrl-C and SIGTERM: the first asks the build to stop and clean up, the second ends the process at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action _said;
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <param name="said">Called once when the build is asked to stop.</param>
    public Interrupts(Action said)
    {
        _said = said;
        _registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM), Register(PosixSignal.SIGHUP)];
    }

    /// <summary>The build is to stop and clean up.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The process is to end at once.</summary>
    public Task Killed => _killed.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            _killed.TrySetResult();
            return;
        }

        _said();
        _stopping.Cancel();
    });
}
