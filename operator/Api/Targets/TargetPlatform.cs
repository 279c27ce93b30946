using System.Reflection;
using System.Text.Json;

namespace ImageOperator.Api.Targets;

/// <summary>Which platform a target is of.</summary>
public static class TargetPlatform
{
    // A platform's block is of a type in a folder of its own.
    private static readonly PropertyInfo[] Blocks =
        [.. typeof(Target).GetProperties().Where(p => p.PropertyType.Namespace?.StartsWith($"{typeof(Target).Namespace}.", StringComparison.Ordinal) == true)];

    /// <summary>The name of the target's platform block: <c>qemu</c>; empty if there is none.</summary>
    public static string Of(Target target) =>
        Blocks.FirstOrDefault(p => p.GetValue(target) is not null) is { } block ? JsonNamingPolicy.CamelCase.ConvertName(block.Name) : "";
}
