using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Azure.Clients;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>The data disks of machines, snapshots and images: what they are called follows from the machine's or the system disk's snapshot's name.</summary>
internal sealed class DataDisks(AzureTarget target)
{
    public IEnumerable<int> Luns => target.DataDisks.Select(d => d.Lun);

    public static ResourceIdentifier DiskOf(ResourceIdentifier machine, int lun) => ArmId.Of(GroupOf(machine), ResourceKind.Disk.ArmType, NameOf(machine.Name, lun));

    /// <summary>A disk's name, beside that of its machine.</summary>
    public static string NameOf(string machine, int lun) => string.Create(CultureInfo.InvariantCulture, $"{machine}-lun{lun}");

    public static ResourceIdentifier SnapshotOf(ResourceIdentifier snapshot, int lun) => ArmId.Of(GroupOf(snapshot), ResourceKind.Snapshot.ArmType, NameOf(snapshot.Name, lun));

    public static string KeyOf(int lun) => string.Create(CultureInfo.InvariantCulture, $"{Keys.Captured}/lun{lun}");

    /// <summary>As a managed image names them; null without any.</summary>
    public JsonArray? OfImage(ResourceIdentifier snapshot) => Each(lun =>
    {
        var disk = new JsonObject { ["lun"] = lun, ["caching"] = "None", ["snapshot"] = new JsonObject { ["id"] = SnapshotOf(snapshot, lun).ToString() } };
        if (target.OsDisk?.DiskEncryptionSetId is { } set) disk["diskEncryptionSet"] = new JsonObject { ["id"] = set };
        return disk;
    });

    /// <summary>As a gallery's version names them; null without any.</summary>
    public JsonArray? OfVersion(ResourceIdentifier snapshot) =>
        Each(lun => new() { ["lun"] = lun, ["hostCaching"] = "None", ["source"] = new JsonObject { ["id"] = SnapshotOf(snapshot, lun).ToString() } });

    /// <summary>How a region's copies are encrypted; null without any.</summary>
    public JsonArray? OfRegion(string encryptionSet) => Each(lun => new() { ["lun"] = lun, ["diskEncryptionSetId"] = encryptionSet });

    private JsonArray? Each(Func<int, JsonObject> of) => target.DataDisks.Count == 0 ? null : [.. Luns.Select(of)];

    private static ResourceIdentifier GroupOf(ResourceIdentifier id) => ArmId.Group(id.SubscriptionId!, id.ResourceGroupName!);
}
