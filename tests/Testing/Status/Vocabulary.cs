using System.Reflection;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;

namespace ImageOperator.Testing.Status;

/// <summary>The words that status may use, as the API declares them.</summary>
internal static class Vocabulary
{
    /// <summary>Every reason; docs/spec has them all.</summary>
    public static IReadOnlySet<string> Reasons { get; } = Constants(typeof(Reasons));

    /// <summary>True when something is wrong or under way: there or not there, never False.</summary>
    public static IReadOnlySet<string> AbnormalTrue { get; } = new HashSet<string>(StringComparer.Ordinal) { ConditionTypes.Reconciling, ConditionTypes.Stalled };

    /// <summary>The condition types of each kind.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Types { get; } = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal)
    {
        [ImageBuild.KindName] = Constants(typeof(ConditionTypes)),
        [ImageTemplate.KindName] = Common,
        [ClusterImageTemplate.KindName] = Common,
        [ImagePlatform.KindName] = Common,
        [ClusterImagePlatform.KindName] = Common,
    };

    private static IReadOnlySet<string> Common => AbnormalTrue.Append(ConditionTypes.Ready).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
}
