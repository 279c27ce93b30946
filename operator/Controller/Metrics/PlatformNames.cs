using System.Reflection;
using ImageOperator.Api.Targets;

namespace ImageOperator.Controller.Metrics;

/// <summary>The platform of a target: the one platform block that it has.</summary>
internal static class PlatformNames
{
    private static readonly PropertyInfo[] Blocks = [.. typeof(Target).GetProperties().Where(p => p.PropertyType.Name.EndsWith("Target", StringComparison.Ordinal))];

    public static string Of(Target target) => Blocks.FirstOrDefault(p => p.GetValue(target) is not null)?.Name.ToLowerInvariant() ?? "unknown";
}
