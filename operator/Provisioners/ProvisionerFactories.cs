using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.File;
using ImageOperator.Provisioners.Shell;

namespace ImageOperator.Provisioners;

/// <summary>The provisioners of this project.</summary>
public static class ProvisionerFactories
{
    /// <summary>One factory per kind of step.</summary>
    public static IReadOnlyList<IProvisionerFactory> All { get; } = [new ShellProvisionerFactory(), new FileProvisionerFactory()];
}
