using System.Diagnostics;
using System.Text;

namespace ImageOperator.Benchmarks.Peers;

/// <summary>Runs a program to its end and measures it.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <exception cref="InvalidOperationException">It failed; the message has the end of what it said.</exception>
    public static async Task<(double Seconds, DateTimeOffset Started, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var started = TimeProvider.System.GetUtcNow();
        var clock = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(Longest);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Process.Start(start)!;
        var output = ReadAsync(process.StandardOutput);
        var error = ReadAsync(process.StandardError);
        try
        {
            await process.WaitForExitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The machine that it runs is its child.
            process.Kill(entireProcessTree: true);
            if (cancellationToken.IsCancellationRequested) throw;
            throw new InvalidOperationException($"{program} took longer than {Longest.TotalSeconds:0} s: {Tail(await output.ConfigureAwait(false))}");
        }

        var seconds = clock.Elapsed.TotalSeconds;
        var text = await output.ConfigureAwait(false);
        var complaint = await error.ConfigureAwait(false);
        if (process.ExitCode == 0) return (seconds, started, text);
        throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {Tail(text)}{Tail(complaint)}");
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line) text.Append(line).Append('\n');
        return text.ToString();
    }

    private static string Tail(string text) => text.Length > 3000 ? text[^3000..] : text;
}
