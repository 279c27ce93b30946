using ImageOperator.Cli.Build.Display;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;
using ImageOperator.Cli.Validate;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Cli.Build;

/// <summary>Runs <c>imagectl build</c>: everything is judged before anything starts.</summary>
internal sealed class BuildAction(CliContext context, BuildOptions options)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var files = ManifestFiles.Read(options.Files, context.In);
        var problems = ManifestChecks.Check(files).Where(p => p.Severity == Severity.Error).ToList();
        if (problems.Count > 0)
        {
            ProblemReport.WriteText(context.Error, context.Error, files.Documents.Count, problems);
            return ExitCodes.Usage;
        }

        var chosen = ChosenBuild.Choose(files.Documents, options.Build, options.Template);
        var template = LocalTargets.Apply(chosen.Template, chosen.Spec.Targets, options);
        var parameters = ParameterInputs.Resolve(chosen, options, context, files.Documents);
        var workspace = new Workspace(template.Workspace, files.Documents);
        if (options.WorkspaceFolder is null) workspace.Check();
        else if (!Directory.Exists(options.WorkspaceFolder)) throw new UsageException($"--workspace {options.WorkspaceFolder}: there is no such folder");

        var uid = Guid.NewGuid().ToString();
        using var state = StateFolder.Create(options.StateFolder, chosen.Name, uid);
        var saved = new SavedBuild
        {
            Uid = uid,
            Namespace = chosen.Namespace,
            Name = chosen.Name,
            StartTime = context.Time.GetUtcNow(),
            Targets = LocalTargets.Choose(template, options.Targets.Count > 0 ? options.Targets : chosen.Spec.Targets),
            OtherTargets = chosen.Spec.FailurePolicy.OtherTargets,
            Parameters = parameters.Values,
            Workspace = options.WorkspaceFolder ?? state.Workspace,
            Cache = options.CacheFolder,
            Downloads = Path.Combine(options.OutputFolder ?? Directory.GetCurrentDirectory(), $"{chosen.Name}-files"),
            Template = template,
        };
        saved.WriteTo(state.PlanFile);
        if (options.WorkspaceFolder is null) workspace.WriteTo(state.Workspace);
        return await RunAsync(state, saved, parameters, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(StateFolder state, SavedBuild saved, ParameterInputs parameters, CancellationToken cancellationToken)
    {
        var display = Displays.Create(options.Log, context, saved.Targets);
        await using var displayed = display.ConfigureAwait(false);
        using var interrupts = new Interrupts(() => display.Note("stopping: removing what the build made (once more: end at once)"));
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(interrupts.Stopping, cancellationToken);
        var session = new BuildSession(saved, state, new SecretMasker(parameters.Secrets.Values), parameters.Secrets, context.Time, display);
        var running = session.RunAsync(options.Parallel ?? saved.Targets.Count, linked.Token);
        if (await Task.WhenAny(running, interrupts.Killed).ConfigureAwait(false) != running)
        {
            display.Note($"ended at once. What the build made is listed in {state.FullPath}; `imagectl sweep` removes it:");
            foreach (var line in Leftovers.Of(state, saved)) display.Note($"  {line}");
            return ExitCodes.Interrupted;
        }

        var results = await running.ConfigureAwait(false);
        var clean = results.All(r => r.Left.Count == 0);
        var kept = options.KeepState || !clean;
        if (!kept) state.Remove();
        await display.FinishAsync(new(saved, results, context.Time.GetUtcNow() - saved.StartTime, kept ? state.FullPath : null)).ConfigureAwait(false);
        if (results.All(r => r.Succeeded)) return ExitCodes.Success;
        return interrupts.Stopping.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Failed;
    }
}
