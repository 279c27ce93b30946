using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Stages;

namespace ImageOperator.Engine.Steps;

/// <summary>Puts a step together with what it works with.</summary>
internal sealed class StepPorts(BuildPlan plan, BuildServices services, TargetRecord record)
{
    /// <summary>The one factory of the step's kind.</summary>
    /// <param name="step">The step.</param>
    /// <param name="path">Where it stands, for an error.</param>
    public IProvisionerFactory FactoryOf(StepKinds step, string path)
    {
        var kind = StepKind.Of(step)?.Name;
        return services.Provisioners.FirstOrDefault(f => f.Kind == kind) ?? throw new PlatformException(
            FailureKind.Terminal, Api.Conditions.Reasons.TemplateInvalid, $"{path} has a kind that this builder does not know{(kind is null ? "" : $": {kind}")}");
    }

    /// <param name="lease">The machine.</param>
    /// <param name="step">The step's name.</param>
    /// <param name="output">Takes what it prints.</param>
    /// <param name="report">Takes what it found.</param>
    public ProvisionContext Context(MachineLease lease, string step, Action<OutputStream, string> output, Action<StepReport> report) => new(lease.Session, plan.Folders, output)
    {
        Step = step,
        Time = services.Time,
        Progress = text => record.Post(s => s.Progress?.Step == step ? s with { Progress = s.Progress with { Message = text } } : s),
        Report = report,
        GetResumeOrderAsync = token => services.Journal.GetResumeOrderAsync(plan.Identity.Target, step, token),
        HowToResume = services.Journal.HowToResume(plan.Identity, step),
    };
}
