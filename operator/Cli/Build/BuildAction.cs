using ImageOperator.Cli.Build.Display;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Cli.Build;

/// <summary>Runs <c>imagectl build</c>: everything is judged before anything starts.</summary>
internal sealed class BuildAction(CliContext context, BuildOptions options)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (PreparedBuild.Of(context, options) is not { } prepared) return ExitCodes.Usage;
        var chosen = prepared.Chosen;
        var uid = Guid.NewGuid().ToString();
        using var state = StateFolder.Create(options.StateFolder, chosen.Name, uid);
        var saved = new SavedBuild
        {
            Uid = uid,
            Namespace = chosen.Namespace,
            Name = chosen.Name,
            StartTime = context.Time.GetUtcNow(),
            Targets = prepared.Targets,
            OtherTargets = chosen.Spec.FailurePolicy.OtherTargets,
            Parameters = prepared.Parameters.Values,
            Workspace = options.WorkspaceFolder ?? state.Workspace,
            Cache = options.CacheFolder,
            Downloads = Path.Combine(options.OutputFolder ?? Directory.GetCurrentDirectory(), $"{chosen.Name}-files"),
            Template = prepared.Template,
        };
        saved.WriteTo(state.PlanFile);
        if (options.WorkspaceFolder is null) prepared.Workspace.WriteTo(state.Workspace);
        return await RunAsync(state, saved, prepared, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(StateFolder state, SavedBuild saved, PreparedBuild prepared, CancellationToken cancellationToken)
    {
        var earlier = new Comparison(new ResultStore(options.StateFolder), prepared, Force: options.Force || prepared.Chosen.Spec.Force, PlanOnly: prepared.Chosen.Spec.PlanOnly);
        var display = Displays.Create(options.Log, context, saved.Targets);
        await using var displayed = display.ConfigureAwait(false);
        using var interrupts = new Interrupts(() => display.Note("stopping: removing what the build made (once more: end at once)"));
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Stopping, cancellationToken);
        // A folder that was given is the whole workspace.
        using var workspace = options.WorkspaceFolder is null ? prepared.Fetching(saved.Workspace, state.Scratch("workspace"), saved.Cache, saved.Uid, context.Time) : null;
        var masker = new SecretMasker([.. prepared.Parameters.Masked, .. prepared.Workspace.Secrets(), .. prepared.Connection.Values, .. prepared.Publishing.Values]);
        var session = new BuildSession(saved, state, masker, prepared.Parameters.Secrets, prepared.Connection, earlier, context.Time, display, workspace, prepared.Publishing);
        var running = session.RunAsync(options.Parallel ?? saved.Targets.Count, linked.Token);
        if (await Task.WhenAny(running, interrupts.Killed).ConfigureAwait(false) != running)
        {
            display.Note($"ended at once. What the build made is listed in {state.FullPath}; `imagectl sweep` removes it:");
            foreach (var line in Leftovers.Of(state, saved)) display.Note($"  {line}");
            return ExitCodes.Interrupted;
        }

        var results = await running.ConfigureAwait(false);
        earlier.Keep(saved.Name, results.Select(r => r.Status));
        var clean = results.All(r => r.Left.Count == 0);
        var kept = options.KeepState || !clean;
        if (!kept) state.Remove();
        await display.FinishAsync(new(saved, results, context.Time.GetUtcNow() - saved.StartTime, kept ? state.FullPath : null)).ConfigureAwait(false);
        if (results.All(r => r.Succeeded)) return ExitCodes.Success;
        return interrupts.Stopping.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Failed;
    }
}
