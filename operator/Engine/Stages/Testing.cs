using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Stages;

/// <summary>Runs the template's tests on a machine booted from the captured image. All of them run; then the first failed one ends the build.</summary>
internal sealed class Testing(BuildPlan plan, BuildServices services, Expressions expressions, TargetRecord record, StepRunner steps)
{
    /// <summary>The tests that are for this target.</summary>
    public IReadOnlyList<ImageTest> Chosen { get; } =
        [.. plan.Template.Tests.Where(t => StepControls.IsFor(plan.Identity.Target, t.OnlyTargets, t.ExceptTargets))];

    /// <exception cref="StageFailedException">A test failed.</exception>
    public async Task RunAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        StageFailedException? failed = null;
        for (var i = 0; i < Chosen.Count; i++)
        {
            var (test, result) = (Chosen[i], await RunTestAsync(Chosen[i], i + 1, lease, cancellationToken).ConfigureAwait(false));
            if (!result.Succeeded) failed ??= new(Describe(test, result), result.Error);
        }

        if (failed is not null) throw failed;
    }

    private async Task<StepResult> RunTestAsync(ImageTest raw, int index, MachineLease lease, CancellationToken cancellationToken)
    {
        raw = StepOverrides.For(raw, raw.Overrides, plan.Identity.Target);
        var ports = new StepPorts(plan, services, record);
        var factory = ports.FactoryOf(raw, $"tests[{raw.Name}]");
        var provisioner = factory.Create(expressions.Expand(raw));
        record.Post(s => s with { Progress = new() { Step = raw.Name, Index = index, Of = Chosen.Count, Message = "testing the image" } });
        StepResult result;
        StepReport? report = null;
        try
        {
            result = await lease.WhileAliveAsync(
                token => steps.RunAsync(
                    new(raw.Name, factory.Kind, raw.Timeout, raw.Retries, null, false), index, Chosen.Count,
                    (output, stepToken) => provisioner.RunAsync(ports.Context(lease, raw.Name, output, found => report = found), stepToken),
                    token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FailureTranslation.IsFailure(e, cancellationToken))
        {
            record.Post(s => WithTest(s, new() { Name = raw.Name, State = TestState.Failed, Message = e.Message }));
            throw new StageFailedException(FailureTranslation.Translate(e, BuildStage.Tested) with { Step = raw.Name }, e);
        }

        record.Post(s => WithTest(s, new()
        {
            Name = raw.Name,
            State = result.Succeeded ? TestState.Passed : TestState.Failed,
            Duration = new Duration(result.Duration),
            ExitCode = result.ExitCode,
            Output = result.OutputTail,
            Message = result.Error?.Message,
            Report = report,
        }));
        return result;
    }

    private static TargetStatus WithTest(TargetStatus status, TestResult test) => status with
    {
        Tests = [.. (status.Tests ?? []).Where(t => t.Name != test.Name), test],
    };

    private static Failure Describe(ImageTest test, StepResult result) => new()
    {
        Stage = BuildStage.Tested,
        Step = test.Name,
        Reason = Reasons.TestFailed,
        Message = $"test {test.Name} {(result.TimedOut ? "" : "failed: ")}{result.Error!.Message}; the image is not published",
        ExitCode = result.ExitCode,
        LogTail = result.OutputTail,
        Hint = result.Hint,
    };
}
