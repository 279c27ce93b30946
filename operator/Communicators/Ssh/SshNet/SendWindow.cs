namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>How much the peer is ready to take; grows by its adjustments.</summary>
internal sealed class SendWindow
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _grown = NewSignal();
    private long _size;
    private bool _closed;

    public void Add(uint bytes) => Change(bytes, close: false);

    /// <summary>Nothing more is taken.</summary>
    public void Close() => Change(0, close: true);

    /// <summary>Takes up to <paramref name="most"/> bytes, at least one; none if closed.</summary>
    public async ValueTask<int> TakeAsync(int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if (_closed) return 0;
                if (_size > 0)
                {
                    var taken = (int)Math.Min(_size, most);
                    _size -= taken;
                    return taken;
                }

                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Change(uint bytes, bool close)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            _size += bytes;
            _closed |= close;
            grown = _grown;
            _grown = NewSignal();
        }

        grown.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
