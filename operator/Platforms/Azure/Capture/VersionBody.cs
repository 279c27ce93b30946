using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;

namespace ImageOperator.Platforms.Azure.Capture;

/// <summary>Writes a gallery's version.</summary>
internal sealed class VersionBody(AzureTarget target, DataDisks dataDisks)
{
    public static bool IsOf(ArmResource version, ArmResource snapshot) =>
        string.Equals(version.Text("storageProfile", "osDiskImage", "source", "id"), snapshot.Id.ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is, or becomes, what the target wants in the end: an earlier attempt has asked for it.</summary>
    public bool IsAnnounced(ArmResource version)
    {
        if (version.Text("publishingProfile", "excludeFromLatest") != (target.Image.Gallery!.ExcludeFromLatest ? "true" : "false")) return false;
        if (target.Image.Gallery.BlockDeletionBeforeEndOfLife && version.Text("safetyProfile", "blockDeletionBeforeEndOfLife") != "true") return false;
        if (!version.Properties.TryGetProperty("publishingProfile", out var profile) || !profile.TryGetProperty("targetRegions", out var regions)) return false;
        // Azure shows them by their long names.
        var there = regions.EnumerateArray().Select(r => new AzureLocation(r.GetProperty("name").GetString()!)).ToHashSet();
        return target.Image.Gallery.Regions.All(r => there.Contains(new AzureLocation(r.Name)));
    }

    /// <param name="snapshot">What it is made of.</param>
    /// <param name="announced">As the target wants it; else as far as a test needs it.</param>
    public JsonObject Of(ArmResource snapshot, bool announced)
    {
        var gallery = target.Image.Gallery!;
        var home = Region(snapshot.Location!, gallery.Replicas, null, target.OsDisk?.DiskEncryptionSetId);
        var publishing = new JsonObject
        {
            ["targetRegions"] = new JsonArray([home, .. announced ? gallery.Regions.Select(r => Region(r.Name, r.Replicas, r.Storage, r.DiskEncryptionSetId)) : []]),
            ["excludeFromLatest"] = gallery.ExcludeFromLatest || !announced,
            ["storageAccountType"] = Names.Of(gallery.Storage),
        };
        var body = new JsonObject
        {
            ["publishingProfile"] = publishing,
            ["storageProfile"] = new JsonObject { ["osDiskImage"] = new JsonObject { ["hostCaching"] = "ReadWrite", ["source"] = new JsonObject { ["id"] = snapshot.Id.ToString() } } },
        };
        if (dataDisks.OfVersion(snapshot.Id) is { } data) body["storageProfile"]!["dataDiskImages"] = data;
        // Counted from the snapshot's birth, so that doing it again changes nothing.
        if (gallery.EndOfLifeAfter is { } after && DateTimeOffset.TryParse(snapshot.Text("timeCreated"), CultureInfo.InvariantCulture, out var born))
        {
            publishing["endOfLifeDate"] = (born + after.Value).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        // Last: until then a failed build takes the version away.
        if (announced && gallery.BlockDeletionBeforeEndOfLife) body["safetyProfile"] = new JsonObject { ["blockDeletionBeforeEndOfLife"] = true };
        return body;
    }

    private JsonObject Region(string name, int replicas, AzureGalleryStorage? storage, string? encryptionSet)
    {
        var region = new JsonObject { ["name"] = name, ["regionalReplicaCount"] = replicas };
        if (storage is { } kind) region["storageAccountType"] = Names.Of(kind);
        var disk = new JsonObject();
        if (Confidential(encryptionSet) is { } confidential) disk["securityProfile"] = confidential;
        if (encryptionSet is not null && !IsDiskConfidential) disk["diskEncryptionSetId"] = encryptionSet;
        if (disk.Count > 0) region["encryption"] = new JsonObject { ["osDiskImage"] = disk };
        if (encryptionSet is not null && dataDisks.OfRegion(encryptionSet) is { } data) region["encryption"]!["dataDiskImages"] = data;
        return region;
    }

    private bool IsDiskConfidential => target.Security is { Type: AzureSecurityType.ConfidentialVM, ConfidentialDisk: AzureConfidentialDisk.DiskWithVMGuestState };

    /// <summary>How a confidential machine's disk is encrypted in a region; null for machines that are none.</summary>
    private JsonObject? Confidential(string? encryptionSet)
    {
        if (target.Security?.Type != AzureSecurityType.ConfidentialVM) return null;
        if (!IsDiskConfidential) return new() { ["confidentialVMEncryptionType"] = "EncryptedVMGuestStateOnlyWithPmk" };
        return encryptionSet is null
            ? new() { ["confidentialVMEncryptionType"] = "EncryptedWithPmk" }
            : new() { ["confidentialVMEncryptionType"] = "EncryptedWithCmk", ["secureVMDiskEncryptionSetId"] = encryptionSet };
    }
}
