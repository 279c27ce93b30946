using ImageOperator.Api.Common;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Steps;

namespace ImageOperator.Engine.Stages;

/// <summary>Runs the template's tests on a machine booted from the captured image. All of them run; then the first failed one ends the build.</summary>
internal sealed class Testing(BuildPlan plan, BuildServices services, Expressions expressions, TargetRecord record, StepRunner steps)
{
    /// <summary>The tests that are for this target, those included that their condition leaves out.</summary>
    /// <exception cref="PlatformException">A condition or a loop has no value.</exception>
    public IReadOnlyList<Unrolled<ImageTest>> Choose()
    {
        var all = new Unroller(plan.Identity.Target, expressions.Values).Unroll(plan.Template.Tests);
        var skipped = all.Where(t => t.Skipped is not null).Select(t => new TestResult { Name = t.Name, State = TestState.Skipped, Message = t.Skipped }).ToList();
        record.Post(s => s with { Tests = skipped.Count > 0 ? skipped : null });
        return [.. all.Where(t => t.Skipped is null)];
    }

    /// <exception cref="StageFailedException">A test failed.</exception>
    public async Task RunAsync(IReadOnlyList<Unrolled<ImageTest>> chosen, MachineLease lease, CancellationToken cancellationToken)
    {
        StageFailedException? failed = null;
        for (var i = 0; i < chosen.Count; i++)
        {
            var result = await RunTestAsync(chosen[i], i + 1, chosen.Count, lease, cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded) failed ??= new(Describe(chosen[i].Name, result), result.Error);
        }

        if (failed is not null) throw failed;
    }

    private async Task<StepResult> RunTestAsync(Unrolled<ImageTest> run, int index, int of, MachineLease lease, CancellationToken cancellationToken)
    {
        var (raw, name) = (run.Step, run.Name);
        var ports = new StepPorts(plan, services, record);
        var factory = ports.FactoryOf(raw, $"tests[{raw.Name}]");
        var provisioner = factory.Create(expressions.Expand(run));
        record.Post(s => s with { Progress = new() { Step = name, Index = index, Of = of, Message = "testing the image" } });
        StepResult result;
        StepReport? report = null;
        try
        {
            result = await lease.WhileAliveAsync(
                token => steps.RunAsync(
                    new(name, factory.Kind, raw.Timeout, raw.Retries, null, false), index, of,
                    (output, stepToken) => provisioner.RunAsync(ports.Context(lease, name, output, found => report = found), stepToken),
                    token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FailureTranslation.IsFailure(e, cancellationToken))
        {
            record.Post(s => WithTest(s, new() { Name = name, State = TestState.Failed, Message = e.Message }));
            throw new StageFailedException(FailureTranslation.Translate(e, BuildStage.Tested) with { Step = name }, e);
        }

        record.Post(s => WithTest(s, new()
        {
            Name = name,
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

    private static Failure Describe(string test, StepResult result) => new()
    {
        Stage = BuildStage.Tested,
        Step = test,
        Reason = Reasons.TestFailed,
        Message = $"test {test} {(result.TimedOut ? "" : "failed: ")}{result.Error!.Message}; the image is not published",
        ExitCode = result.ExitCode,
        LogTail = result.OutputTail,
        Hint = result.Hint,
    };
}
