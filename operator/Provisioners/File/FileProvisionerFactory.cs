using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.File;

/// <summary>Steps that copy files.</summary>
public sealed class FileProvisionerFactory : IProvisionerFactory
{
    /// <inheritdoc/>
    public string Kind => "file";

    /// <inheritdoc/>
    public bool Supports(Provisioner step) => step.File is not null;

    /// <inheritdoc/>
    public IProvisioner Create(Provisioner step) => new FileStep(step.File ?? throw new ArgumentException("this is no file step", nameof(step)));
}
