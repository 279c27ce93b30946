using System.ComponentModel;
using System.Diagnostics;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Local;

/// <summary>A process beside the builder. When it is over, by itself or by cancellation, nothing that it started runs on.</summary>
internal sealed class LocalProcess(string program, IReadOnlyList<string> arguments)
{
    /// <summary>What the process inherits; the builder's other variables are its own.</summary>
    private static readonly string[] Inherited = ["PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    public ReadOnlyMemory<byte>? StandardInput { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? WorkingDirectory { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="StepException">The program is not there.</exception>
    public async Task<int> RunAsync(Action<OutputStream, string> output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = new ProcessMark();
        using var process = Start(mark);
        var gate = new Lock();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, OutputStream.Stdout), ReadAsync(process.StandardError, OutputStream.Stderr));
        try
        {
            await FeedAsync(process, cancellationToken).ConfigureAwait(false);
            var ended = process.WaitForExitAsync(cancellationToken);
            // Whoever cannot take its words would have it wait for ever with more.
            if (await Task.WhenAny(ended, reading).ConfigureAwait(false) == reading) await reading.ConfigureAwait(false);
            await ended.ConfigureAwait(false);
        }
        finally
        {
            await mark.KillAsync(Time).ConfigureAwait(false);
            await Task.WhenAny(reading, Task.Delay(DrainTime, Time, CancellationToken.None)).ConfigureAwait(false);
        }

        if (reading.IsFaulted) await reading.ConfigureAwait(false);
        return process.ExitCode;

        async Task ReadAsync(StreamReader reader, OutputStream stream)
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
            {
                lock (gate) output(stream, line);
            }
        }
    }

    private Process Start(ProcessMark mark)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? "/",
        };
        foreach (var name in start.Environment.Keys.Except(Inherited).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        start.Environment[ProcessMark.Variable] = mark.Id;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new StepException($"{program} cannot be run here: {e.Message}", 127, $"{System.IO.Path.GetFileName(program)} must be installed where the builder runs: it is in the image-builder image; with imagectl install it on this machine", e);
        }
    }

    private async Task FeedAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(StandardInput ?? default, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no more.
        }
    }
}
