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
        var all = plan.Template.Provisioners;
        for (var i = 0; i < all.Count; i++)
        {
            var (result, goOn) = await RunStepAsync(all[i], "provisioners", i + 1, all.Count, lease, cancellationToken).ConfigureAwait(false);
            if (result is { Succeeded: false } && !goOn) throw new StageFailedException(Describe(all[i], result), result.Error);
        }
    }

    /// <summary>Runs the onFailure steps. Their failures stand in status and change nothing.</summary>
    public async Task RunOnFailureAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        var all = plan.Template.OnFailure;
        for (var i = 0; i < all.Count; i++)
        {
            await RunStepAsync(all[i], "onFailure", i + 1, all.Count, lease, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(StepResult? Result, bool GoOn)> RunStepAsync(
        Provisioner raw, string list, int index, int of, MachineLease lease, CancellationToken cancellationToken)
    {
        raw = StepOverrides.For(raw, raw.Overrides, plan.Identity.Target);
        var ports = new StepPorts(plan, services, record);
        var factory = ports.FactoryOf(raw, $"{list}[{raw.Name}]");
        if (!StepControls.IsFor(plan.Identity.Target, raw.OnlyTargets, raw.ExceptTargets))
        {
            record.Post(s => WithStep(s, new() { Name = raw.Name, Kind = factory.Kind, State = StepState.Skipped, Message = "not for this target" }));
            return (null, true);
        }

        var provisioner = factory.Create(expressions.Expand(raw, list));
        var controls = new StepControls(raw.Name, factory.Kind, raw.Timeout, raw.Retries, raw.PauseBefore, raw.ContinueOnError);
        var running = new StepStatus { Name = raw.Name, Kind = factory.Kind, State = StepState.Running, StartTime = services.Time.GetUtcNow() };
        record.Post(s => WithStep(s, running) with
        {
            Progress = new() { Step = raw.Name, Index = index, Of = of },
        });
        StepResult result;
        StepReport? report = null;
        try
        {
            result = await lease.WhileAliveAsync(
                token => steps.RunAsync(
                    controls, index, of,
                    (output, stepToken) => provisioner.RunAsync(ports.Context(lease, raw.Name, output, found => report = found), stepToken),
                    token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            record.Post(s => WithStep(s, running with { State = StepState.Failed, Message = e.Message }));
            if (!FailureTranslation.IsFailure(e, cancellationToken)) throw;
            throw new StageFailedException(FailureTranslation.Translate(e, BuildStage.Provisioned) with { Step = raw.Name }, e);
        }

        record.Post(s => WithStep(s, new()
        {
            Name = raw.Name,
            Kind = factory.Kind,
            State = result.Succeeded ? StepState.Succeeded : StepState.Failed,
            StartTime = result.StartTime,
            Duration = new Duration(result.Duration),
            Tries = result.Tries,
            ExitCode = result.ExitCode,
            Message = result.Error?.Message,
            Report = report,
        }));
        return (result, raw.ContinueOnError);
    }

    private static Failure Describe(Provisioner step, StepResult result) => new()
    {
        Stage = BuildStage.Provisioned,
        Step = step.Name,
        Reason = result.TimedOut ? Reasons.StepTimeout : Reasons.ProvisionerFailed,
        Message = $"step {step.Name} {(result.TimedOut ? "" : "failed: ")}{result.Error!.Message}{(result.Tries > 1 ? $" (after {result.Tries} tries)" : "")}",
        ExitCode = result.ExitCode,
        LogTail = result.OutputTail,
        Hint = result.Hint,
    };

    private static TargetStatus WithStep(TargetStatus status, StepStatus step) => status with
    {
        Steps = [.. (status.Steps ?? []).Where(s => s.Name != step.Name), step],
    };
}
