using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Files;
using ImageOperator.Provisioners.Shell;

namespace ImageOperator.Provisioners;

/// <summary>The provisioners of this project.</summary>
public static class ProvisionerFactories
{
    /// <summary>One factory per kind of step, a folder each; a test holds the list against <see cref="StepKind.All"/>.</summary>
    public static IReadOnlyList<IProvisionerFactory> All { get; } =
    [
        new ProvisionerFactory<ShellProvisioner>(spec => new ShellStep(spec)),
        new ProvisionerFactory<FileProvisioner>(spec => new FileStep(spec)),
    ];
}
