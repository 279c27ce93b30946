using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Controller.Pods;

/// <summary>What <c>$(…)</c> may refer to outside the pod.</summary>
internal static class BuildExpressions
{
    public static IReadOnlyDictionary<string, string> Of(ImageBuild build, string target)
    {
        var status = build.Status ?? throw new PodPlanException("the build has no status");
        return new Dictionary<string, string>(ParameterValues.Resolve(status.Template?.Parameters ?? [], status.Parameters))
        {
            [KnownNames.BuildId] = build.Metadata.Uid,
            [KnownNames.BuildName] = build.Metadata.Name,
            [KnownNames.BuildTime] = (status.StartTime ?? DateTimeOffset.UnixEpoch).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
            [KnownNames.TargetName] = target,
            [KnownNames.WorkspacePath] = PodPaths.Workspace,
        };
    }
}
