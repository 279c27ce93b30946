using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Qemu.Processes;

/// <summary>Runs programs to their end, without a shell. Cancellation kills them.</summary>
internal static class ProcessRunner
{
    private const int KeptCharacters = 64 * 1024;

    /// <summary>Runs a program. A non-zero exit code is the caller's to judge.</summary>
    /// <param name="program">A path or a name on PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="output">Takes standard output in pieces as it comes.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <param name="waiting">The program's work is what the platform is waited for.</param>
    public static Task<ProcessOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, Action<string>? output, CancellationToken cancellationToken, bool waiting = false) =>
        Work.CallAsync(Path.GetFileName(program), Operation(arguments), () => RunToEndAsync(program, arguments, output, cancellationToken), waiting);

    // qemu-img has verbs; what else there is has only options.
    private static string Operation(IReadOnlyList<string> arguments) => arguments.Count > 0 && !arguments[0].StartsWith('-') ? arguments[0] : "run";

    private static async Task<ProcessOutcome> RunToEndAsync(
        string program, IReadOnlyList<string> arguments, Action<string>? output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(program, arguments, workingDirectory: null);
        var stdout = ReadAsync(process.StandardOutput, output);
        var stderr = ReadAsync(process.StandardError, null);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return new ProcessOutcome(process.ExitCode, await stdout.ConfigureAwait(false), await stderr.ConfigureAwait(false));
    }

    /// <summary>Starts a program whose standard input is empty; the caller owns the process.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, string? workingDirectory)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw new PlatformException(
                FailureKind.Terminal, Reasons.MachineFailed, $"cannot start {program}: {e.Message}",
                "install QEMU where the build runs: the packages qemu-system-x86 and qemu-utils on Debian and Ubuntu", e);
        }

        process.StandardInput.Close();
        return process;
    }

    /// <summary>Reads to the end, keeps the last part.</summary>
    public static async Task<string> ReadAsync(StreamReader reader, Action<string>? output)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0)
        {
            kept.Append(buffer, 0, count);
            if (kept.Length > 2 * KeptCharacters) kept.Remove(0, kept.Length - KeptCharacters);
            output?.Invoke(new string(buffer, 0, count));
        }

        return kept.ToString();
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProcessOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>What the program said on its way out, short.</summary>
    public string Complaint
    {
        get
        {
            var text = (Error.Length > 0 ? Error : Output).Trim();
            return text.Length > 2000 ? "…" + text[^2000..] : text;
        }
    }
}
