using System.Text.Json;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Sweep;

/// <summary>Goes through the state folders of builds whose process is gone.</summary>
internal sealed class SweepAction(CliContext context, string root, string? name, bool dryRun)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folders = Directory.Exists(root) ? Directory.GetDirectories(root).Where(d => Path.GetFileName(d) != ResultStore.FolderName).ToArray() : [];
        var clean = true;
        var seen = 0;
        foreach (var path in folders.Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name is not null && !StateFolder.IsOf(path, name)) continue;
            seen++;
            clean &= await SweepFolderAsync(path, cancellationToken).ConfigureAwait(false);
        }

        if (seen == 0) await context.Out.WriteLineAsync(name is null ? $"nothing to do: {root} has no builds" : $"nothing to do: {root} has no build \"{name}\"").ConfigureAwait(false);
        return clean ? ExitCodes.Success : ExitCodes.Failed;
    }

    private async Task<bool> SweepFolderAsync(string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetFileName(path);
        using var state = StateFolder.TryOpen(path);
        if (state is null)
        {
            await context.Out.WriteLineAsync($"{folder}: still runs, left alone").ConfigureAwait(false);
            return true;
        }

        try
        {
            // Killed before it began: there is only the folder.
            var left = File.Exists(state.PlanFile) && await SweepBuildAsync(folder, state, SavedBuild.Read(state.PlanFile), cancellationToken).ConfigureAwait(false);
            if (!left && !dryRun) state.Remove();
            return !left;
        }
        catch (JsonException e)
        {
            await context.Error.WriteLineAsync($"{folder}: the state cannot be read ({e.Message}); look at {path} and remove it by hand").ConfigureAwait(false);
            return false;
        }
    }

    private async Task<bool> SweepBuildAsync(string folder, StateFolder state, SavedBuild build, CancellationToken cancellationToken)
    {
        var left = false;
        foreach (var target in build.Targets)
        {
            var sweep = new TargetSweep(context, state, build, target, $"{folder}/{target}");
            left |= dryRun ? await sweep.TellAsync().ConfigureAwait(false) : await sweep.RunAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!left) await context.Out.WriteLineAsync($"{folder}: nothing is left").ConfigureAwait(false);
        return left;
    }
}
