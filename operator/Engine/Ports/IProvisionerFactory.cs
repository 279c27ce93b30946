using ImageOperator.Api.Provisioners;

namespace ImageOperator.Engine.Ports;

/// <summary>Makes provisioners. One factory per folder below <c>operator/Provisioners</c>.</summary>
public interface IProvisionerFactory
{
    /// <summary>The kind: the field of <see cref="StepKinds"/> that it reads, as in JSON.</summary>
    string Kind { get; }

    /// <summary>Binds the provisioner to a step, with every <c>$(…)</c> expanded. No side effects.</summary>
    IProvisioner Create(StepKinds step);
}
