using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A snapshot of the system disk, generalized.</summary>
public sealed record AzureSnapshot
{
    /// <summary>The snapshot's name, unique in its resource group: the build fails before it makes anything if it is taken.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(AzureManagedImage.NamePattern)]
    public string Name { get; init; } = "$(build.name)-$(target.name)-$(build.time)";
}
