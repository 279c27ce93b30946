using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>What holds for the status of every build at every time.</summary>
internal static class StatusContract
{
    public static void Check(BuildObservation before, Decision decision)
    {
        if (decision.Status is not { } status) return;
        var conditions = status.Conditions!;
        Assert.Equal(before.Build.Metadata.Generation, status.ObservedGeneration);
        Assert.All(conditions, c => Assert.Equal(status.ObservedGeneration, c.ObservedGeneration));
        Assert.NotNull(conditions.Find(Types.Ready));
        Assert.NotNull(conditions.Find(Types.Succeeded));

        var succeeded = conditions.Find(Types.Succeeded)!.Status;
        var expected = before.IsDeleting ? KStatusCode.Terminating
            : succeeded switch { "True" => KStatusCode.Current, "False" => KStatusCode.Failed, _ => KStatusCode.InProgress };
        var build = before.Build with { Status = status };
        Assert.Empty(ConditionContract.Violations(before.Build, build));
        Assert.Equal(expected, KStatusCalculator.Compute(build).Code);
        Assert.Equal(succeeded == "Unknown" || before.IsDeleting, conditions.IsTrue(Types.Reconciling));
        if (!before.IsDeleting) Assert.Equal(succeeded == "Unknown", status.CompletionTime is null);
        // Pods are made only for attempts that stand in status.
        Assert.All(decision.Actions.OfType<BuildAction.CreateBuilder>(), c => Assert.Equal(c.Attempt, status.Targets!.Single(t => t.Name == c.Target).Attempt));
    }

    /// <summary>What the server makes of the operator's apply over what is there.</summary>
    public static ImageBuildStatus Merge(ImageBuildStatus? seen, ImageBuildStatus applied) => applied with
    {
        Targets = applied.Targets?.Select(mine => seen?.Targets?.FirstOrDefault(t => t.Name == mine.Name) is { } theirs
            ? theirs with
            {
                Attempt = mine.Attempt,
                AdmittedTime = mine.AdmittedTime,
                PodName = mine.PodName,
                Phase = mine.Phase ?? theirs.Phase,
                CompletionTime = mine.CompletionTime ?? theirs.CompletionTime,
                Failure = mine.Failure ?? theirs.Failure,
            }
            : mine).ToArray(),
    };
}
