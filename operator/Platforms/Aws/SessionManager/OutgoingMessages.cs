using ImageOperator.Platforms.Aws.SessionManager.Messages;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>
/// What was sent and has not been acknowledged. Its number is limited: few at first, more with each acknowledgement, half when one fails to come.
/// </summary>
internal sealed class OutgoingMessages(TimeProvider time)
{
    private const int SmallestWindow = 16;
    private const int LargestWindow = 2048;

    /// <summary>
    /// An agent acknowledges a message once: of one that has arrived before, it says nothing. An acknowledgement that was lost with a connection never comes, then; what was sent
    /// again so often, each time with later messages acknowledged after it, has arrived.
    /// </summary>
    private const int EnoughProof = 3;

    private static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly LinkedList<Sent> _sent = new();
    private readonly Dictionary<long, LinkedListNode<Sent>> _bySequence = [];
    private TaskCompletionSource _changed = New();
    private TimeSpan _timeout = FirstTimeout;
    private TimeSpan? _roundTrip;
    private TimeSpan _variation;
    private long _next;
    private long _order;
    private double _window = 64;
    private int _uncertain;
    private bool _paused;

    /// <summary>Since when the oldest one has been waiting for its acknowledgement; null if nothing is.</summary>
    public TimeSpan? Waiting
    {
        get
        {
            lock (_lock) return _paused || _sent.First is not { } first ? null : time.GetElapsedTime(first.Value.FirstSentAt);
        }
    }

    /// <summary>Adds a message, which the caller sends.</summary>
    public byte[] Add(PayloadType type, ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            var message = new AgentMessage(MessageTypes.Input, _next++, type, payload);
            var sent = new Sent(message.Sequence, message.ToBytes(time.GetUtcNow())) { FirstSentAt = time.GetTimestamp(), SentAt = time.GetTimestamp(), Order = _order++ };
            _bySequence[sent.Sequence] = _sent.AddLast(sent);
            Change();
            return sent.Frame;
        }
    }

    /// <summary>Waits until another message may be sent.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken) => WaitAsync(() => !_paused && _sent.Count - _uncertain < (int)_window, cancellationToken);

    /// <summary>Waits until something is not acknowledged.</summary>
    public Task WaitForAnyAsync(CancellationToken cancellationToken) => WaitAsync(() => !_paused && _sent.Count > 0, cancellationToken);

    public void Acknowledge(long sequence)
    {
        lock (_lock)
        {
            if (!_bySequence.TryGetValue(sequence, out var node)) return;
            if (node.Value is { Times: 1, IsUncertain: false }) Measure(time.GetElapsedTime(node.Value.SentAt));
            _window = Math.Min(LargestWindow, _window + 1);
            Prove(node.Value);
            Remove(node);
            Change();
        }
    }

    /// <summary>What is to be sent again, as its acknowledgement is overdue. It counts as sent.</summary>
    public IReadOnlyList<byte[]> TakeOverdue()
    {
        lock (_lock)
        {
            var frames = new List<byte[]>();
            if (_paused) return frames;
            var lost = false;
            for (var node = _sent.First; node is not null && frames.Count < (int)_window; node = node.Next)
            {
                var sent = node.Value;
                var timeout = _timeout * Math.Pow(2, Math.Min(sent.Times - 1, 3));
                if (sent.Times > 0 && time.GetElapsedTime(sent.SentAt) < (timeout < LongestTimeout ? timeout : LongestTimeout)) continue;
                lost |= sent.Times > 0;
                sent.Times++;
                sent.SentAt = time.GetTimestamp();
                sent.Order = _order++;
                frames.Add(sent.Frame);
            }

            if (lost) _window = Math.Max(SmallestWindow, _window / 2);
            return frames;
        }
    }

    /// <summary>The connection is a new one: nobody knows what of this has arrived. All is sent again, and holds up nothing.</summary>
    public void Reconnected()
    {
        lock (_lock)
        {
            _paused = false;
            _uncertain = _sent.Count;
            foreach (var sent in _sent)
            {
                (sent.Times, sent.Proofs, sent.IsUncertain, sent.FirstSentAt) = (0, 0, true, time.GetTimestamp());
            }

            Change();
        }
    }

    /// <summary>Sends nothing, or goes on.</summary>
    public void Pause(bool paused)
    {
        lock (_lock)
        {
            _paused = paused;
            foreach (var sent in _sent) sent.FirstSentAt = time.GetTimestamp();
            Change();
        }
    }

    private void Prove(Sent acknowledged)
    {
        // Sent once only, so it is clear which of its copies was acknowledged.
        if (acknowledged is not { Times: 1, IsUncertain: false }) return;
        // Those that were sent again are the oldest.
        for (var node = _sent.First; node is not null && node.Value.Resends > 0;)
        {
            var (sent, next) = (node.Value, node.Next);
            if (sent.Resends > sent.Proofs && sent.Order < acknowledged.Order && ++sent.Proofs >= EnoughProof) Remove(node);
            node = next;
        }
    }

    private void Remove(LinkedListNode<Sent> node)
    {
        if (node.Value.IsUncertain) _uncertain--;
        _bySequence.Remove(node.Value.Sequence);
        _sent.Remove(node);
    }

    // RFC 6298, with the agent's own limits in mind.
    private void Measure(TimeSpan roundTrip)
    {
        if (_roundTrip is not { } before)
        {
            (_roundTrip, _variation) = (roundTrip, roundTrip / 2);
        }
        else
        {
            _variation = (_variation * 0.75) + ((before - roundTrip).Duration() * 0.25);
            _roundTrip = (before * 0.875) + (roundTrip * 0.125);
        }

        var timeout = _roundTrip.Value + (_variation * 4);
        _timeout = timeout < ShortestTimeout ? ShortestTimeout : timeout > LongestTimeout ? LongestTimeout : timeout;
    }

    private async Task WaitAsync(Func<bool> fits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (fits()) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Change()
    {
        var changed = _changed;
        _changed = New();
        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Sent(long sequence, byte[] frame)
    {
        public long Sequence { get; } = sequence;

        public byte[] Frame { get; } = frame;

        public long FirstSentAt { get; set; }

        public long SentAt { get; set; }

        /// <summary>How often on this connection.</summary>
        public int Times { get; set; } = 1;

        /// <summary>The place among all that was sent.</summary>
        public long Order { get; set; }

        public int Resends => IsUncertain ? Times : Times - 1;

        public int Proofs { get; set; }

        public bool IsUncertain { get; set; }
    }
}
