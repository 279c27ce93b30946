using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Shell;

/// <summary>Steps that run commands; tests of images too.</summary>
public sealed class ShellProvisionerFactory : IProvisionerFactory
{
    /// <inheritdoc/>
    public string Kind => "shell";

    /// <inheritdoc/>
    public bool Supports(Provisioner step) => step.Shell is not null;

    /// <inheritdoc/>
    public IProvisioner Create(Provisioner step) => new ShellStep(step.Shell ?? throw new ArgumentException("this is no shell step", nameof(step)));
}
