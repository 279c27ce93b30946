using System.Reflection;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>A kind of step.</summary>
/// <param name="Name">The field of <see cref="StepKinds"/>, as in JSON.</param>
/// <param name="Property">The property.</param>
public sealed record StepKind(string Name, PropertyInfo Property)
{
    /// <summary>All kinds, in the order of <see cref="StepKinds"/>.</summary>
    public static IReadOnlyList<StepKind> All { get; } =
    [
        .. typeof(StepKinds).GetProperties().Where(p => p.IsDefined(typeof(AlternativeAttribute)))
            .OrderBy(p => p.MetadataToken).Select(p => new StepKind(Choice.NameOf(p), p)),
    ];

    /// <summary>The kind of a step; null if it has none.</summary>
    public static StepKind? Of(StepKinds step) => All.FirstOrDefault(k => k.SpecOf(step) is not null);

    /// <summary>What the step says for this kind; null if it is of another.</summary>
    public object? SpecOf(StepKinds step) => Property.GetValue(step);
}
