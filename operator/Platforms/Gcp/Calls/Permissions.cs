namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>What each method needs. The role in docs/platforms/google-cloud.md is made of it; a test compares them.</summary>
internal static class Permissions
{
    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["compute.projects.get"] = ["compute.projects.get"],
        ["compute.images.get"] = ["compute.images.get"],
        ["compute.images.getFromFamily"] = ["compute.images.getFromFamily"],
        ["compute.images.list"] = ["compute.images.list"],
        ["compute.images.insert"] = ["compute.images.create", "compute.images.setLabels", "compute.disks.useReadOnly"],
        ["compute.images.delete"] = ["compute.images.delete"],
        ["compute.images.patch"] = ["compute.images.update"],
        ["compute.images.deprecate"] = ["compute.images.deprecate"],
        ["compute.images.setLabels"] = ["compute.images.setLabels"],
        ["compute.images.getIamPolicy"] = ["compute.images.getIamPolicy"],
        ["compute.images.setIamPolicy"] = ["compute.images.setIamPolicy"],
        ["compute.instances.get"] = ["compute.instances.get"],
        ["compute.instances.aggregatedList"] = ["compute.instances.list"],
        ["compute.instances.insert"] =
        [
            "compute.instances.create", "compute.instances.setLabels", "compute.instances.setMetadata", "compute.instances.setTags", "compute.instances.setServiceAccount",
            "compute.disks.create", "compute.disks.setLabels", "compute.images.useReadOnly", "compute.subnetworks.use", "compute.subnetworks.useExternalIp",
        ],
        ["compute.instances.stop"] = ["compute.instances.stop"],
        ["compute.instances.delete"] = ["compute.instances.delete"],
        ["compute.instances.getSerialPortOutput"] = ["compute.instances.getSerialPortOutput"],
        ["compute.instances.getGuestAttributes"] = ["compute.instances.getGuestAttributes"],
        ["compute.disks.aggregatedList"] = ["compute.disks.list"],
        ["compute.disks.get"] = ["compute.disks.get"],
        ["compute.disks.insert"] = ["compute.disks.create", "compute.disks.setLabels", "compute.images.useReadOnly"],
        ["compute.instances.attachDisk"] = ["compute.instances.attachDisk", "compute.disks.useReadOnly"],
        ["compute.disks.delete"] = ["compute.disks.delete"],
        ["compute.zoneOperations.get"] = ["compute.zoneOperations.get"],
        // Who may not list is told that what is not there is forbidden.
        ["storage.objects.get"] = ["storage.objects.get", "storage.objects.list"],
        ["storage.objects.delete"] = ["storage.objects.delete"],
        ["compute.globalOperations.get"] = ["compute.globalOperations.get"],
    };

    /// <summary>What of a target needs what is not needed by every build.</summary>
    private static readonly Dictionary<string, string> Purposes = new()
    {
        ["compute.images.getFromFamily"] = "gcp.source.family of this project",
        ["compute.images.list"] = "gcp.image.olderImages",
        ["compute.images.deprecate"] = "gcp.image.olderImages, gcp.image.deprecateAfter",
        ["compute.images.update"] = "gcp.image.family",
        ["compute.images.getIamPolicy"] = "gcp.image.shareWith",
        ["compute.images.setIamPolicy"] = "gcp.image.shareWith",
        ["compute.instances.attachDisk"] = "gcp.export",
        ["compute.instances.getSerialPortOutput"] = "the console's tail of failures",
        ["compute.instances.setServiceAccount"] = "gcp.serviceAccount, gcp.export",
        ["compute.instances.setTags"] = "gcp.network.tags",
        ["compute.subnetworks.use"] = "networks of this project",
        ["compute.subnetworks.useExternalIp"] = "external addresses in networks of this project",
    };

    /// <summary>Those of the project; a bucket's are the bucket's matter.</summary>
    public static IReadOnlyList<string> OfProject { get; } = [.. Needed.Values.SelectMany(p => p).Where(p => p.StartsWith("compute.", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

    /// <returns>Null: every build needs it.</returns>
    public static string? NeededBy(string permission) => Purposes.GetValueOrDefault(permission);

    public static IReadOnlyCollection<string> Methods => Needed.Keys;

    public static IReadOnlyList<string> Of(string method) => Needed.GetValueOrDefault(method) ?? [];
}
