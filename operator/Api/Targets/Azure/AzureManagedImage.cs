using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A managed image. Azure makes none of machines with Trusted Launch, nor of confidential ones.</summary>
public sealed record AzureManagedImage
{
    internal const string NamePattern = "^[A-Za-z0-9]([A-Za-z0-9_.-]|\\$\\([^$]+\\))*$|^(\\$\\([^$]+\\))([A-Za-z0-9_.-]|\\$\\([^$]+\\))*$";

    /// <summary>The image's name, unique in its resource group: the build fails before it makes anything if it is taken.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(NamePattern)]
    public string Name { get; init; } = "$(build.name)-$(target.name)-$(build.time)";

    /// <summary>Keep the image in all zones of the region.</summary>
    public bool ZoneResilient { get; init; }
}
