using ImageOperator.Api.ImageBuilds;
using ImageOperator.Cli.Hosting;
using k8s.Autorest;

namespace ImageOperator.Cli.Logs;

/// <summary><c>imagectl logs</c>.</summary>
internal sealed class LogsAction(CliContext context, LogCluster cluster, LogPrinter printer, LogChoice choice)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await cluster.FindBuildAsync(choice.Build, cancellationToken).ConfigureAwait(false) is not { } build)
            {
                return await FailAsync($"there is no ImageBuild {choice.Build} in namespace {cluster.Namespace}").ConfigureAwait(false);
            }

            if (choice.Target is { } target && build.Status?.Targets is { Count: > 0 } targets && targets.All(t => t.Name != target))
            {
                return await FailAsync($"ImageBuild {choice.Build} has no target {target}: it has {string.Join(", ", targets.Select(t => t.Name))}").ConfigureAwait(false);
            }

            return choice.Follow ? await FollowAsync(build.Metadata.Uid, cancellationToken).ConfigureAwait(false) : await PrintAsync(build, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpOperationException or HttpRequestException)
        {
            return await FailAsync(BuildCluster.Message(e)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    private async Task<int> PrintAsync(ImageBuild build, CancellationToken cancellationToken)
    {
        var printed = 0;
        foreach (var source in await ChosenAsync(build.Metadata.Uid, cancellationToken).ConfigureAwait(false))
        {
            if (choice.Whole && await PrintWholeAsync(build, source, cancellationToken).ConfigureAwait(false)) printed++;
            else if (await PrintAsync(source, follow: false, cancellationToken).ConfigureAwait(false)) printed++;
        }

        return printed > 0 ? ExitCodes.Success : await FailAsync(Nothing(build)).ConfigureAwait(false);
    }

    private string Nothing(ImageBuild build) => choice.Attempt is { } attempt
        ? $"there is no log of attempt {attempt}: not begun, or its pod went away before the log could be kept"
        : build.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready") is { } ready
            ? $"there is no log: {ready.Reason}: {ready.Message}"
            : "there is no log yet: the operator has not taken up the build";

    /// <summary>Each attempt from its start to its end, until the build has ended. Targets are followed side by side.</summary>
    private async Task<int> FollowAsync(string uid, CancellationToken cancellationToken)
    {
        var seen = new HashSet<(string, int)>();
        var running = new List<Task>();
        while (true)
        {
            // Asked before the pods are: an ended build has no further ones.
            var build = await cluster.FindBuildAsync(choice.Build, cancellationToken).ConfigureAwait(false);
            var ended = build?.Metadata.Uid != uid || build.Status?.CompletionTime is not null;
            foreach (var source in await ChosenAsync(uid, cancellationToken).ConfigureAwait(false))
            {
                if (seen.Add((source.Target, source.Attempt))) running.Add(FollowAsync(source, uid, cancellationToken));
            }

            if (ended) break;
            await Task.Delay(Pause, context.Time, cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private async Task FollowAsync(LogSource source, string uid, CancellationToken cancellationToken)
    {
        while (!await PrintAsync(source, follow: true, cancellationToken).ConfigureAwait(false))
        {
            // The container is being made; or the pod is gone, and its log is on its way into a ConfigMap.
            await Task.Delay(Pause, context.Time, cancellationToken).ConfigureAwait(false);
            var now = (await cluster.FindSourcesAsync(uid, cancellationToken).ConfigureAwait(false)).FirstOrDefault(s => s.Target == source.Target && s.Attempt == source.Attempt);
            if (now is null) return;
            source = now;
        }
    }

    private async Task<bool> PrintAsync(LogSource source, bool follow, CancellationToken cancellationToken)
    {
        var stream = source.Pod is { } pod ? await cluster.OpenPodAsync(pod, follow, cancellationToken).ConfigureAwait(false) : null;
        stream ??= source.ConfigMap is { } map ? await cluster.OpenKeptAsync(map, cancellationToken).ConfigureAwait(false) : null;
        if (stream is null) return false;
        await using (stream.ConfigureAwait(false))
        {
            await foreach (var line in LogCluster.LinesAsync(stream, cancellationToken).ConfigureAwait(false)) printer.Print(line);
        }

        return true;
    }

    /// <summary>The log from the output store, if the kept one lacks something. If that cannot be had, what is kept is better than nothing.</summary>
    private async Task<bool> PrintWholeAsync(ImageBuild build, LogSource source, CancellationToken cancellationToken)
    {
        if (source is not { CutLines: > 0, ConfigMap: { } map }) return false;
        try
        {
            var stored = await StoredLogs.ReadAsync(cluster, build, source, context.Time, cancellationToken).ConfigureAwait(false);
            var kept = await cluster.OpenKeptAsync(map, cancellationToken).ConfigureAwait(false);
            await foreach (var line in StoredLogs.JoinAsync(stored, kept, cancellationToken).ConfigureAwait(false)) printer.Print(line);
            return true;
        }
        catch (Exception e) when (e is StoreException or HttpOperationException)
        {
            await context.Error.WriteLineAsync($"imagectl: the whole log of {source.Target}, attempt {source.Attempt}, cannot be read: {(e is StoreException ? e.Message : BuildCluster.Message(e))}").ConfigureAwait(false);
            return false;
        }
    }

    private async Task<IEnumerable<LogSource>> ChosenAsync(string uid, CancellationToken cancellationToken) =>
        (await cluster.FindSourcesAsync(uid, cancellationToken).ConfigureAwait(false))
            .Where(s => (choice.Target is null || s.Target == choice.Target) && (choice.Attempt is null || s.Attempt == choice.Attempt));

    private async Task<int> FailAsync(string message)
    {
        await context.Error.WriteLineAsync($"imagectl: {message}").ConfigureAwait(false);
        return ExitCodes.Failed;
    }
}
