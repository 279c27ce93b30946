using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Qemu.Qmp;

/// <summary>A session of QEMU's machine protocol: one JSON object per line, answers matched to commands by ID.</summary>
internal sealed class QmpConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly Action<QmpEvent> _onEvent;
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private long _lastId;

    private QmpConnection(Stream stream, Action<QmpEvent> onEvent)
    {
        _stream = stream;
        _onEvent = onEvent;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Opens a session: waits for the greeting and leaves the negotiation mode.</summary>
    public static async Task<QmpConnection> OpenAsync(Stream stream, Action<QmpEvent> onEvent, CancellationToken cancellationToken)
    {
        var connection = new QmpConnection(stream, onEvent);
        try
        {
            await connection._greeted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync("qmp_capabilities", cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <exception cref="QmpException">QEMU refused it, or the session has ended.</exception>
    public Task<JsonElement> ExecuteAsync(string command, CancellationToken cancellationToken) =>
        Work.CallAsync("qmp", command, () => SendAsync(command, cancellationToken));

    private async Task<JsonElement> SendAsync(string command, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        if (_reading.IsCompleted) EndPending();
        var line = Encoding.UTF8.GetBytes(new JsonObject { ["execute"] = command, ["id"] = id }.ToJsonString() + "\n");
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _stream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new QmpException($"{command}: QEMU's control socket is closed", e);
        }
        finally
        {
            _writing.Release();
        }

        try
        {
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(_stream, Encoding.UTF8, leaveOpen: true);
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0) Take(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException)
        {
            // The session has ended; who waits is told below.
        }

        EndPending();
        _greeted.TrySetException(new QmpException("QEMU closed its control socket before greeting"));
    }

    private void Take(string line)
    {
        using var document = JsonDocument.Parse(line);
        var message = document.RootElement;
        if (message.TryGetProperty("QMP", out _))
        {
            _greeted.TrySetResult();
        }
        else if (message.TryGetProperty("event", out var name))
        {
            _onEvent(new QmpEvent(name.GetString() ?? "", message.TryGetProperty("data", out var data) ? data.Clone() : default));
        }
        else if (message.TryGetProperty("id", out var id) && _pending.TryGetValue(id.GetInt64(), out var answer))
        {
            if (message.TryGetProperty("error", out var error)) answer.TrySetException(new QmpException(error.GetProperty("desc").GetString() ?? "error"));
            else answer.TrySetResult(message.TryGetProperty("return", out var result) ? result.Clone() : default);
        }
    }

    private void EndPending()
    {
        foreach (var answer in _pending.Values) answer.TrySetException(new QmpException("QEMU closed its control socket"));
    }
}
