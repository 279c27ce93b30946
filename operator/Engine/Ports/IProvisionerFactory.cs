using ImageOperator.Api.Provisioners;

namespace ImageOperator.Engine.Ports;

/// <summary>Makes provisioners. One factory per folder below <c>operator/Provisioners</c>.</summary>
public interface IProvisionerFactory
{
    /// <summary>The kind: the field of <see cref="Provisioner"/> that it reads.</summary>
    string Kind { get; }

    /// <summary>Whether the step is this provisioner's.</summary>
    bool Supports(Provisioner step);

    /// <summary>Binds the provisioner to a step, with every <c>$(…)</c> expanded. No side effects.</summary>
    IProvisioner Create(Provisioner step);
}
