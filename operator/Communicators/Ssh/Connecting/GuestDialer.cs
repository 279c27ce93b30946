using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>
/// Finds the moment at which a guest's SSH server greets. A refused connection costs the guest next to nothing and is
/// repeated soon. A silent one is kept, for a server may be about to serve it; but as its first packet may have been lost
/// before the guest's network was up, others are opened beside it, few and ever rarer.
/// </summary>
internal sealed class GuestDialer(MachineEndpoint endpoint, IRoute route, TimeProvider time)
{
    private const int MostInFlight = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestHedge = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private readonly List<GuestDial> _inFlight = [];

    /// <summary>How many connections were opened.</summary>
    public int Tries { get; private set; }

    /// <summary>What a guest answered last instead of a greeting; null if it has not answered.</summary>
    public ConnectFailure? LastAnswer { get; private set; }

    /// <summary>What there is to say of a guest that has not answered.</summary>
    public ConnectFailure Silence { get; private set; } = new(ConnectionReason.NoAnswer, $"{endpoint.Host}:{endpoint.Port} was not tried");

    /// <summary>A socket on which a server's greeting waits to be read.</summary>
    /// <exception cref="RouteException">A host on the way fails for good.</exception>
    public async Task<Socket> DialAsync(CancellationToken cancellationToken)
    {
        LastAnswer = null;
        var firstHedge = route.Pause is null ? TimeSpan.FromSeconds(1) : Never;
        var hedge = firstHedge;
        var pause = route.Pause ?? FirstPause;
        var nextOpen = TimeSpan.Zero;
        var started = time.GetTimestamp();
        try
        {
            while (true)
            {
                var wait = nextOpen - time.GetElapsedTime(started);
                if (wait <= TimeSpan.Zero)
                {
                    // Silence is newer than an answer before it.
                    if (_inFlight.Count > 0) LastAnswer = null;
                    Open(cancellationToken);
                    nextOpen = time.GetElapsedTime(started) + hedge;
                    hedge = route.Pause is null ? Min(hedge * 2, LongestHedge) : Never;
                    continue;
                }

                var finished = await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
                if (finished is null) continue;
                _inFlight.Remove(finished);
                LastAnswer = await finished.Outcome.ConfigureAwait(false);
                if (LastAnswer is null) return finished.Take();
                finished.Dispose();
                if (LastAnswer.Patience == Patience.None) throw new RouteException(LastAnswer);
                nextOpen = Min(nextOpen, time.GetElapsedTime(started) + pause);
                pause = route.Pause ?? Min(pause * 1.25, LongestPause);
                hedge = firstHedge;
            }
        }
        catch (OperationCanceledException)
        {
            if (_inFlight.Count > 0) Silence = _inFlight[0].Silence;
            throw;
        }
        finally
        {
            foreach (var dial in _inFlight) dial.Dispose();
            _inFlight.Clear();
        }
    }

    private void Open(CancellationToken cancellationToken)
    {
        if (_inFlight.Count == MostInFlight)
        {
            _inFlight[0].Dispose();
            _inFlight.RemoveAt(0);
        }

        _inFlight.Add(GuestDial.Start(endpoint, route, time, cancellationToken));
        Tries++;
    }

    private async Task<GuestDial?> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(wait, time, stop.Token);
        await Task.WhenAny([delay, .. _inFlight.Select(dial => dial.Outcome)]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return _inFlight.Find(dial => dial.Outcome.IsCompleted);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
