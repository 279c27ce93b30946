using System.Collections.Concurrent;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>Looks for a text in the arguments of all processes, all the time.</summary>
internal sealed class ArgumentCanary : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, bool> found = new();
    private readonly CancellationTokenSource stop = new();

    public ArgumentCanary(string text) => _ = LookAsync(text, stop.Token);

    public IEnumerable<string> Found => found.Keys;

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task LookAsync(string text, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var process in Processes.All().Where(p => p.Command.Contains(text, StringComparison.Ordinal))) found[process.Command] = true;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
