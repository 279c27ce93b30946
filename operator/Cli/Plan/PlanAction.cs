using ImageOperator.Api.ImageBuilds;
using ImageOperator.Cli.Build;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Cli.Plan;

/// <summary>Runs <c>imagectl plan</c>: the engine as far as its decision. It leaves nothing but the salt.</summary>
internal sealed class PlanAction(CliContext context, BuildOptions options, string output, bool detailed) : IBuildObserver
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (PreparedBuild.Of(context, options) is not { } prepared) return ExitCodes.Usage;
        var scratch = Directory.CreateTempSubdirectory("imagectl-plan-").FullName;
        try
        {
            if (options.WorkspaceFolder is null) prepared.Workspace.WriteTo(Path.Combine(scratch, "workspace"));
            var targets = new List<TargetStatus>();
            using var workspace = options.WorkspaceFolder is null ? prepared.Fetching(Path.Combine(scratch, "workspace"), scratch, options.CacheFolder, Guid.NewGuid().ToString(), context.Time) : null;
            foreach (var target in prepared.Targets) targets.Add(await PlanAsync(prepared, target, scratch, workspace, cancellationToken).ConfigureAwait(false));
            PlanReport.Write(context.Out, prepared.Chosen.Name, targets, output == "json");
            if (targets.Any(t => t.Phase != TargetPhase.Planned)) return ExitCodes.Failed;
            return detailed && targets.Any(t => t.Plan == PlannedAction.Build) ? ExitCodes.WouldBuild : ExitCodes.Success;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<TargetStatus> PlanAsync(PreparedBuild prepared, string target, string scratch, SharedWorkspace? workspace, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(
            new ResultStore(options.StateFolder), prepared, Force: options.Force || prepared.Chosen.Spec.Force, PlanOnly: true);
        var plan = comparison.Apply(new()
        {
            Identity = new(Guid.NewGuid().ToString(), prepared.Chosen.Namespace, prepared.Chosen.Name, target, 1),
            Template = prepared.Template,
            Parameters = prepared.Parameters.Values.Concat(prepared.Parameters.Secrets).ToDictionary(StringComparer.Ordinal),
            Masker = new SecretMasker([.. prepared.Parameters.Masked, .. prepared.Workspace.Secrets()]),
            Folders = new(options.WorkspaceFolder ?? Path.Combine(scratch, "workspace"), scratch, options.CacheFolder, scratch),
            Volumes = new LocalVolumes(),
        });
        var runner = new BuildRunner(plan, EngineParts.Services(new MemoryJournal(), this, context.Time) with { Workspace = workspace, Publications = prepared.Publishing.Publications() });
        return (await runner.RunAsync(cancellationToken).ConfigureAwait(false)).Status;
    }

    void IBuildObserver.Observe(BuildEvent buildEvent)
    {
        if (buildEvent is BuildEvent.Message { Level: MessageLevel.Warning or MessageLevel.Error } message) context.Error.WriteLine(message.Text);
    }
}
