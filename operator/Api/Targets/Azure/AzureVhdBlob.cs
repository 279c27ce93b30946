using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>A disk image in a storage account: a page blob, <c>https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME</c>. It bears no tags, but marks in its metadata.</summary>
public sealed record AzureVhdBlob
{
    internal const string DiskIsItsMachines =
        "the disk is encrypted with its machine's own key, and no other machine could read a VHD of it: remove vhd, or choose security.confidentialDisk: VMGuestStateOnly";

    /// <summary>The storage account, of any subscription and region. It must take page blobs: no premium block blobs, no hierarchical namespace.</summary>
    [Bounds(Min = 3, Max = 64)]
    [Pattern("^([a-z0-9]|\\$\\([^$]+\\))+$")]
    public required string Account { get; init; }

    /// <summary>The container. It must exist.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern("^([a-z0-9-]|\\$\\([^$]+\\))+$")]
    public required string Container { get; init; }

    /// <summary>The blob's name, with slashes where wanted, unique in its container: the build fails before it makes anything if it is taken.</summary>
    [Bounds(Min = 5, Max = 1024)]
    [Pattern("^([A-Za-z0-9_.-]|\\$\\([^$]+\\))+(/([A-Za-z0-9_.-]|\\$\\([^$]+\\))+)*\\.vhd$")]
    public string Name { get; init; } = "$(build.name)-$(target.name)-$(build.time).vhd";
}
