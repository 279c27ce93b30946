using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners;

/// <summary>One kind of step: which field of <see cref="StepKinds"/> it reads, and what runs it.</summary>
/// <typeparam name="TSpec">The field's type. Each kind has its own.</typeparam>
/// <param name="create">Makes the step. No side effects.</param>
internal sealed class ProvisionerFactory<TSpec>(Func<TSpec, IProvisioner> create) : IProvisionerFactory
    where TSpec : class
{
    private static readonly StepKind Own = StepKind.All.Single(k => k.Property.PropertyType == typeof(TSpec));

    /// <inheritdoc/>
    public string Kind => Own.Name;

    /// <inheritdoc/>
    public IProvisioner Create(StepKinds step) => create((TSpec?)Own.SpecOf(step) ?? throw new ArgumentException($"this is no {Kind} step", nameof(step)));
}
