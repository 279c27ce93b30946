using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Cli.Sweep;

/// <summary>Removes what one target of a build left.</summary>
internal sealed class TargetSweep(CliContext context, StateFolder state, SavedBuild build, string target, string name) : IBuildObserver
{
    /// <summary>Says what would be removed.</summary>
    /// <returns>Whether there is something.</returns>
    public async Task<bool> TellAsync()
    {
        var entries = Leftovers.Entries(state, target);
        foreach (var entry in entries) await context.Out.WriteLineAsync($"{name}: would remove {entry.Type} {entry.Id ?? entry.Key}").ConfigureAwait(false);
        return entries.Count > 0;
    }

    /// <returns>Whether something is left.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var before = Leftovers.Entries(state, target);
        // Fences a process that is thought to be dead and is not.
        var attempt = (Leftovers.Read(state, target)?.Attempt ?? 0) + 1;
        var plan = new BuildPlan
        {
            Identity = build.Identity(target, attempt),
            Template = build.Template,
            Parameters = build.Parameters,
            Masker = new SecretMasker([]),
            Folders = new(build.Workspace, state.Scratch(target), build.Cache, Path.Combine(build.Downloads, target)),
            Volumes = new LocalVolumes(),
        };
        var services = EngineParts.Services(new FileJournal(state.Journal(target), attempt), this, context.Time) with { Publications = PublishSecrets.None.Publications() };
        try
        {
            Directory.CreateDirectory(state.Scratch(target));
            var left = await new Engine.Cleanup.Sweep(plan, services).RunAsync(cancellationToken).ConfigureAwait(false);
            var after = Leftovers.Entries(state, target).Select(e => e.Key).ToHashSet();
            foreach (var entry in before.Where(e => !after.Contains(e.Key))) await context.Out.WriteLineAsync($"{name}: removed {entry.Type} {entry.Id ?? entry.Key}").ConfigureAwait(false);
            foreach (var line in left) await context.Out.WriteLineAsync($"{name}: left {line}").ConfigureAwait(false);
            return left.Count > 0;
        }
        catch (PlatformException e)
        {
            await context.Error.WriteLineAsync($"{name}: {e.Message}").ConfigureAwait(false);
            return true;
        }
    }

    void IBuildObserver.Observe(BuildEvent buildEvent)
    {
        if (buildEvent is BuildEvent.Message { Level: not MessageLevel.Debug } message) context.Error.WriteLine($"{name}: {message.Text}");
    }
}
