using System.Text;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>Reads a machine's serial console: keeps its end, and watches for signs that the guest is up.</summary>
internal sealed partial class SerialConsole(TimeProvider time)
{
    private const int KeptCharacters = 256 * 1024;
    private readonly Lock _lock = new();
    private readonly StringBuilder _kept = new();
    private string _line = "";
    private TaskCompletionSource _sign = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastOutput = time.GetTimestamp();

    /// <summary>Completes at the first sign since the start or the last <see cref="Restart"/>.</summary>
    public Task Sign
    {
        get
        {
            lock (_lock) return _sign.Task;
        }
    }

    /// <summary>For how long nothing has been printed.</summary>
    public TimeSpan Quiet
    {
        get
        {
            lock (_lock) return time.GetElapsedTime(_lastOutput);
        }
    }

    /// <summary>Reads until the machine ends. A machine that prints is never held up: all is read, little is kept.</summary>
    public async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[4096];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0)
            {
                Take(text.AsSpan(0, decoder.GetChars(buffer.AsSpan(0, count), text, flush: false)));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The machine has ended.
        }
    }

    /// <summary>Takes a piece of output.</summary>
    public void Take(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _lastOutput = time.GetTimestamp();
            _kept.Append(text);
            if (_kept.Length > 2 * KeptCharacters) _kept.Remove(0, _kept.Length - KeptCharacters);
            if (_sign.Task.IsCompleted) return;
            // A prompt has no line end, so the unfinished line counts as well.
            var lines = string.Concat(_line, text).Split('\n');
            if (lines.Any(line => ReadySigns.IsSign(Plain(line)))) _sign.TrySetResult();
            _line = lines[^1].Length > 1024 ? lines[^1][^1024..] : lines[^1];
        }
    }

    /// <summary>The guest reboots: signs of its last life no longer count.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _line = "";
            if (_sign.Task.IsCompleted) _sign = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The last lines, without control sequences.</summary>
    public string Tail(int lines)
    {
        string text;
        lock (_lock) text = _kept.ToString();
        return string.Join('\n', Plain(text).TrimEnd().Split('\n').TakeLast(lines));
    }

    private static string Plain(string text) => ControlSequences().Replace(text, "");

    [GeneratedRegex(@"\x1b(\[[0-9;?=]*[ -/]*[@-~]|[()][A-Za-z0-9]|[=>78cDEHMZ])|[\x00-\x08\x0b-\x1f]")]
    private static partial Regex ControlSequences();
}
