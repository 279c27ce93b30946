using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Stages;

/// <summary>Runs the template's provisioners on the machine, and its onFailure steps.</summary>
internal sealed class Provisioning(BuildPlan plan, BuildServices services, Expressions expressions, TargetRecord record, StepRunner steps)
{
    /// <summary>Runs the provisioners in order; the first failing one that is not to be passed over ends it.</summary>
    /// <exception cref="StageFailedException">A step failed.</exception>
    public async Task RunAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        var all = Unrolled(plan.Template.Provisioners, "provisioners");
        for (var i = 0; i < all.Count; i++)
        {
            var result = await RunStepAsync(all[i], "provisioners", i + 1, all.Count, lease, cancellationToken).ConfigureAwait(false);
            if (result is { Succeeded: false } && !all[i].Step.ContinueOnError) throw new StageFailedException(Describe(all[i].Name, result), result.Error);
        }
    }

    /// <summary>Runs the onFailure steps. Their failures stand in status and change nothing.</summary>
    public async Task RunOnFailureAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        var all = Unrolled(plan.Template.OnFailure, "onFailure");
        for (var i = 0; i < all.Count; i++)
        {
            await RunStepAsync(all[i], "onFailure", i + 1, all.Count, lease, cancellationToken).ConfigureAwait(false);
        }
    }

    private IReadOnlyList<Unrolled<Provisioner>> Unrolled(IReadOnlyList<Provisioner> all, string list) =>
        new Unroller(plan.Identity.Target, expressions.Values).Unroll(all, list);

    private async Task<StepResult?> RunStepAsync(
        Unrolled<Provisioner> run, string list, int index, int of, MachineLease lease, CancellationToken cancellationToken)
    {
        var (raw, name) = (run.Step, run.Name);
        var ports = new StepPorts(plan, services, record);
        var factory = ports.FactoryOf(raw, $"{list}[{raw.Name}]");
        if (run.Skipped is { } reason)
        {
            record.Post(s => WithStep(s, new() { Name = name, Kind = factory.Kind, State = StepState.Skipped, Message = reason }));
            return null;
        }

        var provisioner = factory.Create(expressions.Expand(run, list));
        var controls = new StepControls(name, factory.Kind, raw.Timeout, raw.Retries, raw.PauseBefore, raw.ContinueOnError);
        var running = new StepStatus { Name = name, Kind = factory.Kind, State = StepState.Running, StartTime = services.Time.GetUtcNow() };
        record.Post(s => WithStep(s, running) with
        {
            Progress = new() { Step = name, Index = index, Of = of },
        });
        StepResult result;
        StepReport? report = null;
        try
        {
            result = await lease.WhileAliveAsync(
                token => steps.RunAsync(
                    controls, index, of,
                    (output, stepToken) => provisioner.RunAsync(ports.Context(lease, name, output, found => report = found), stepToken),
                    token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            record.Post(s => WithStep(s, running with { State = StepState.Failed, Message = e.Message }));
            if (!FailureTranslation.IsFailure(e, cancellationToken)) throw;
            throw new StageFailedException(FailureTranslation.Translate(e, BuildStage.Provisioned) with { Step = name }, e);
        }

        record.Post(s => WithStep(s, new()
        {
            Name = name,
            Kind = factory.Kind,
            State = result.Succeeded ? StepState.Succeeded : StepState.Failed,
            StartTime = result.StartTime,
            Duration = new Duration(result.Duration),
            Tries = result.Tries,
            ExitCode = result.ExitCode,
            Message = result.Error?.Message,
            Report = report,
        }));
        return result;
    }

    private static Failure Describe(string step, StepResult result) => new()
    {
        Stage = BuildStage.Provisioned,
        Step = step,
        Reason = result.TimedOut ? Reasons.StepTimeout : Reasons.ProvisionerFailed,
        Message = $"step {step} {(result.TimedOut ? "" : "failed: ")}{result.Error!.Message}{(result.Tries > 1 ? $" (after {result.Tries} tries)" : "")}",
        ExitCode = result.ExitCode,
        LogTail = result.OutputTail,
        Hint = result.Hint,
    };

    private static TargetStatus WithStep(TargetStatus status, StepStatus step) => status with
    {
        Steps = [.. (status.Steps ?? []).Where(s => s.Name != step.Name), step],
    };
}
