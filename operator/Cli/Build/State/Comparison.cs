using ImageOperator.Api.ImageBuilds;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Engine.Builds;

namespace ImageOperator.Cli.Build.State;

/// <summary>What a build on this machine is compared with: the results of earlier ones.</summary>
internal sealed record Comparison(ResultStore Store, PreparedBuild Build, bool Force, bool PlanOnly)
{
    /// <summary>The plan, with what it is compared with.</summary>
    public BuildPlan Apply(BuildPlan plan) => plan with
    {
        Earlier = Store.Of(Build.ResultKey, plan.Identity.Target),
        Salt = plan.Template.Parameters.Any(p => p.IsSensitive) || plan.Template.Workspace.Any(w => w.Secret is not null) ? Store.Salt() : null,
        Force = Force,
        PlanOnly = PlanOnly,
    };

    /// <summary>Keeps the results for later builds.</summary>
    public void Keep(string build, IEnumerable<TargetStatus> targets)
    {
        foreach (var target in targets)
        {
            if (!target.Phase.HasResult() || target is not { InputsDigest: { } digest, Artifacts: { Count: > 0 } artifacts }) continue;
            Store.Save(Build.ResultKey, target.Name, new() { Build = target.ResultOf ?? build, InputsDigest = digest, Inputs = target.Inputs, Artifacts = artifacts });
        }
    }
}
