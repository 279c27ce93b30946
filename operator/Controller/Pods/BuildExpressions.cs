using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;

namespace ImageOperator.Controller.Pods;

/// <summary>What <c>$(…)</c> may refer to outside the pod.</summary>
internal static class BuildExpressions
{
    public static ExpressionValues Of(ImageBuild build, Target target)
    {
        var status = build.Status ?? throw new PodPlanException("the build has no status");
        var parameters = status.Template?.Parameters ?? [];
        // A secret has no value here: to use it is an error.
        return ExpressionValues.Of(parameters.Where(p => !p.IsSensitive), ParameterValues.Resolve([.. parameters.Where(p => !p.IsSensitive)], status.Parameters))
            .At(status.StartTime ?? DateTimeOffset.UnixEpoch)
            .With(KnownNames.BuildId, build.Metadata.Uid)
            .With(KnownNames.BuildName, build.Metadata.Name)
            .With(KnownNames.TargetName, target.Name)
            .With(KnownNames.TargetPlatform, TargetPlatform.Of(target))
            .With(KnownNames.WorkspacePath, PodPaths.Workspace);
    }
}
