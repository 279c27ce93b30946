using System.Diagnostics;
using System.Text;

namespace ImageOperator.Cli.Tests.Support;

/// <summary>The real imagectl, as its own process in a process group of its own.</summary>
internal sealed class CliProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public CliProcess(params string[] args)
    {
        // A test run in the background ignores SIGINT, and its children would.
        _process = new Process
        {
            StartInfo = new("setsid", ["env", "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "imagectl.dll"), .. args])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        _process.OutputDataReceived += (_, e) => Add(_out, e.Data);
        _process.ErrorDataReceived += (_, e) => Add(_error, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    public static async Task<CliResult> RunAsync(params string[] args)
    {
        using var process = new CliProcess(args);
        return await process.EndAsync();
    }

    public async Task<CliResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await _process.WaitForExitAsync(limit.Token);
        lock (_out) return new(_process.ExitCode, _out.ToString(), _error.ToString());
    }

    /// <summary>Waits for a text among what was printed.</summary>
    public async Task SawAsync(string text)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            lock (_out)
            {
                if (_error.ToString().Contains(text, StringComparison.Ordinal)) return;
            }

            if (_process.HasExited) break;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"imagectl did not print \"{text}\":\n{_error}\n{_out}");
    }

    /// <summary>Sends a signal to imagectl, or (as a terminal does) to it and its children.</summary>
    public async Task SignalAsync(string name, bool group = false)
    {
        using var kill = Process.Start("kill", ["-s", name, "--", group ? $"-{_process.Id}" : $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Add(StringBuilder text, string? line)
    {
        lock (_out)
        {
            if (line is not null) text.Append(line).Append('\n');
        }
    }
}
