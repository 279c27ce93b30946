using System.IO.Pipelines;
using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Gcp.Tunnels;

/// <summary>A connection of the proxy's as a stream. To dispose of it ends the connection; it ends with an error when that breaks for good.</summary>
internal sealed class IapStream : AsyncStream
{
    private readonly Pipe _up = new();
    private readonly Pipe _down = new();
    private readonly Stream _reading;
    private readonly Stream _writing;
    private readonly IapConnection _connection;
    private readonly Action<IapStream> _ended;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private int _disposed;

    public IapStream(IapConnection connection, Action<IapStream> ended)
    {
        (_connection, _ended) = (connection, ended);
        (_reading, _writing) = (_down.Reader.AsStream(), _up.Writer.AsStream());
        _running = RunAsync();
    }

    /// <summary>Completes when the proxy has connected to the machine, and fails when it ends before.</summary>
    public Task Connected => ConnectAsync();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reading.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_running.IsCompleted) throw new IOException("the IAP tunnel has ended");
        await _writing.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private async Task ConnectAsync()
    {
        if (await Task.WhenAny(_connection.Connected, _running).ConfigureAwait(false) == _running && !_connection.Connected.IsCompleted)
        {
            await _running.ConfigureAwait(false);
            throw new IapException("the proxy has ended the connection before it stood");
        }
    }

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await _connection.RunAsync(_up.Reader.AsStream(leaveOpen: true), _down.Writer.AsStream(leaveOpen: true), _closing.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await _down.Writer.CompleteAsync(failure).ConfigureAwait(false);
            await _up.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    protected override async ValueTask EndAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _down.Reader.CompleteAsync().ConfigureAwait(false);
        await _up.Writer.CompleteAsync().ConfigureAwait(false);
        _connection.Dispose();
        _closing.Dispose();
        _ended(this);
    }
}
