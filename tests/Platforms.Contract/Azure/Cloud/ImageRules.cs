using System.Globalization;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Snapshots, managed images and galleries.</summary>
internal sealed class ImageRules(ArmCloud cloud)
{
    public ArmAnswer? Refuse(string type, string id, JsonObject body, ArmThing? found)
    {
        var source = SourceOf(type, body);
        if (found is not null && type != ResourceRules.Definition && !string.Equals(SourceOf(type, found.Body), source, StringComparison.OrdinalIgnoreCase))
        {
            return ArmAnswer.Error(409, "PropertyChangeNotAllowed", $"Changing the source of '{found.Name}' is not allowed.");
        }

        if (type == ResourceRules.Definition) return cloud.Find(Parent(id, "/images/")) is null ? MissingParent(id) : RefuseDefinition(id, body);
        if (source is not null && cloud.Find(source) is not { State: "Succeeded" }) return ArmAnswer.Error(404, "ResourceNotFound", $"The source {source} was not found, or is not ready.");
        if (DataSourcesOf(type, body).FirstOrDefault(s => cloud.Find(s) is not { State: "Succeeded" }) is { } missing) return ArmAnswer.Error(404, "ResourceNotFound", $"The source {missing} was not found, or is not ready.");
        if (type != ResourceRules.Version) return null;
        if (cloud.Find(Parent(id, "/versions/")) is not { } definition || definition.Known > cloud.Now) return MissingParent(id);
        if (!System.Text.RegularExpressions.Regex.IsMatch(id.Split('/')[^1], "^[0-9]+\\.[0-9]+\\.[0-9]+$")) return ArmAnswer.Error(400, "InvalidParameter", "The gallery image version name is invalid.");
        var regions = body["properties"]?["publishingProfile"]?["targetRegions"]?.AsArray().Select(r => new global::Azure.Core.AzureLocation(r!["name"]!.GetValue<string>()).Name).ToList() ?? [];
        if (definition.Text("features", "value") == "ConfidentialVM" && body["properties"]!["publishingProfile"]!["targetRegions"]!.AsArray().Any(r => r!["encryption"]?["osDiskImage"]?["securityProfile"]?["confidentialVMEncryptionType"] is null))
        {
            return ArmAnswer.Error(400, "InvalidParameter", "Parameter 'encryption.osDiskImage.securityProfile.confidentialVMEncryptionType' is required for each target region of a ConfidentialVM image.");
        }

        return regions.Contains(body["location"]!.GetValue<string>()) ? null : ArmAnswer.Error(400, "InvalidParameter", "The target regions must contain the source region.");
    }

    public (TimeSpan Length, Func<Task> Done) Make(ArmThing thing)
    {
        var (timings, source) = (cloud.Timings, cloud.Find(SourceOf(thing.Type, thing.Body)));
        switch (thing.Type)
        {
            case ResourceRules.Snapshot:
                thing.Properties["timeCreated"] ??= cloud.Now.ToString("O", CultureInfo.InvariantCulture);
                thing.Properties["hyperVGeneration"] = source?.Text("hyperVGeneration") ?? "V1";
                thing.Properties["uniqueId"] = thing.UniqueId;
                thing.Properties["diskState"] = thing.Signature is null ? "Unattached" : "ActiveSAS";
                thing.Properties["osType"] = "Linux";
                thing.Properties["diskSizeGB"] = 30;
                return (timings.Snapshot, () => CopyAsync(source?.Name, thing));
            case ResourceRules.Image:
                return (timings.Image, () => CopyAsync(source is null ? null : MachineRules.Key(source.Id), thing));
            case ResourceRules.Version:
                var regions = thing.Properties["publishingProfile"]!["targetRegions"]!.AsArray().Count;
                return (timings.Version + ((regions - 1) * timings.Region), () => CopyAsync(source is null ? null : MachineRules.Key(source.Id), thing));
            default:
                if (thing.State == "Creating") thing.Known = cloud.Now + timings.Network + timings.DefinitionKnown;
                return (timings.Network, () => Task.CompletedTask);
        }
    }

    /// <summary>How far a version is in each of its regions.</summary>
    public JsonObject Replication(ArmThing version)
    {
        var done = version.Busy is not { IsDone: false } busy ? 1 : Math.Min(0.99, (cloud.Now - busy.Begin) / (busy.End - busy.Begin));
        var regions = version.Properties["publishingProfile"]!["targetRegions"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ToList();
        // One region is enough for a version to fail.
        var failed = done >= 1 && version.State == "Failed" ? regions[^1] : null;
        return new()
        {
            ["aggregatedState"] = done >= 1 ? version.State == "Failed" ? "Failed" : "Completed" : "InProgress",
            ["summary"] = new JsonArray([.. regions.Select(r => (JsonNode)new JsonObject
            {
                ["region"] = r, ["state"] = done < 1 ? "Replicating" : r == failed ? "Failed" : "Completed", ["details"] = r == failed ? "Replication failed." : "", ["progress"] = r == failed ? 70 : (int)(done * 100),
            })]),
        };
    }

    /// <summary>Azure shows a version's regions by their long names, whatever was put.</summary>
    public static JsonObject Named(JsonObject version)
    {
        foreach (var region in version["properties"]!["publishingProfile"]?["targetRegions"]?.AsArray() ?? []) region!["name"] = new global::Azure.Core.AzureLocation(region["name"]!.GetValue<string>()).DisplayName ?? region["name"]!.GetValue<string>();
        return version;
    }

    public JsonObject Versions(ArmThing definition) => new() { ["value"] = new JsonArray([.. cloud.Inside(definition).Select(v => (JsonNode)Named(v.Show()))]) };

    public ArmAnswer? RefuseDelete(ArmThing thing)
    {
        if (thing.Type is ResourceRules.Definition or ResourceRules.Gallery && (cloud.Inside(thing).Any() || thing.Emptied > cloud.Now))
        {
            return ArmAnswer.Error(409, "CannotDeleteResource", "Can not delete resource before nested resources are deleted.");
        }

        if (thing.Type == ResourceRules.Disk && cloud.Things.Any(t => t.Type == ResourceRules.Machine && MachineRules.DisksOf(t).Contains(thing.Id, StringComparer.OrdinalIgnoreCase)))
        {
            return ArmAnswer.Error(409, "OperationNotAllowed", $"Disk {thing.Name} is attached to a machine.");
        }

        if (AccessRules.IsOpen(thing))
        {
            return ArmAnswer.Error(409, "OperationNotAllowed", $"There is an active shared access signature outstanding for disk {thing.Name}. Call EndGetAccess before deleting the disk.");
        }

        if (thing.Type == ResourceRules.Version && thing.Text("safetyProfile", "blockDeletionBeforeEndOfLife") == "true")
        {
            return ArmAnswer.Error(409, "OperationNotAllowed", "The version cannot be deleted before its end of life.");
        }

        return thing.Type is ResourceRules.Version or ResourceRules.Image or ResourceRules.Snapshot && thing.Busy is { IsDone: false } && thing.State != "Deleting"
            ? ArmAnswer.Error(409, "Conflict", $"Another operation is in progress on {thing.Name}.", ("Retry-After", "5"))
            : null;
    }

    private ArmAnswer? RefuseDefinition(string id, JsonObject body)
    {
        var who = body["properties"]?["identifier"]?.ToJsonString();
        var gallery = cloud.Find(Parent(id, "/images/"))!;
        return cloud.Inside(gallery).Any(d => d.Type == ResourceRules.Definition && !d.Id.Equals(id, StringComparison.OrdinalIgnoreCase) && d.Properties["identifier"]?.ToJsonString() == who)
            ? ArmAnswer.Error(409, "Conflict", "A definition with the same publisher, offer and SKU exists in the gallery.")
            : null;
    }

    private static IEnumerable<string> DataSourcesOf(string type, JsonObject body)
    {
        var storage = body["properties"]?["storageProfile"];
        return type switch
        {
            ResourceRules.Image => (storage?["dataDisks"] as JsonArray ?? []).Select(d => d!["snapshot"]!["id"]!.GetValue<string>()),
            ResourceRules.Version => (storage?["dataDiskImages"] as JsonArray ?? []).Select(d => d!["source"]!["id"]!.GetValue<string>()),
            _ => [],
        };
    }

    private static string? SourceOf(string type, JsonObject body)
    {
        var properties = body["properties"];
        return (type switch
        {
            ResourceRules.Snapshot => properties?["creationData"]?["sourceResourceId"],
            ResourceRules.Image => properties?["storageProfile"]?["osDisk"]?["snapshot"]?["id"],
            ResourceRules.Version => properties?["storageProfile"]?["osDiskImage"]?["source"]?["id"],
            _ => null,
        })?.GetValue<string>();
    }

    private Task CopyAsync(string? from, ArmThing to)
    {
        if (from is not null) cloud.Host?.Capture(from, MachineRules.Key(to.Id));
        return Task.CompletedTask;
    }

    private static string Parent(string id, string before) => id[..id.LastIndexOf(before, StringComparison.OrdinalIgnoreCase)];

    private static ArmAnswer MissingParent(string id) => ArmAnswer.Error(404, "ParentResourceNotFound", $"Failed to perform 'write' on resource {id}, because the parent resource was not found.");
}
