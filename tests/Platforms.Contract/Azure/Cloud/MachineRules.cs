using System.Text;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Virtual machines and their disks.</summary>
internal sealed class MachineRules(ArmCloud cloud)
{
    private static readonly HashSet<string> RefusedUsers = new(StringComparer.OrdinalIgnoreCase) { "root", "admin", "administrator", "user", "test", "guest", "sys", "owner" };

    /// <summary>Where serial consoles are kept, by links that need no login.</summary>
    public const string ConsoleHost = "console.blob.example";

    public static JsonObject View(ArmThing machine) => new()
    {
        ["statuses"] = new JsonArray(
            new JsonObject { ["code"] = $"ProvisioningState/{machine.State.ToLowerInvariant()}", ["level"] = "Info" },
            new JsonObject { ["code"] = $"PowerState/{machine.Power}", ["level"] = "Info" }),
    };

    public ArmAnswer? Refuse(JsonObject body, ArmThing? found)
    {
        var properties = body["properties"]!;
        var nic = properties["networkProfile"]?["networkInterfaces"]?[0]?["id"]?.GetValue<string>();
        if (cloud.Find(nic) is not { } card) return ArmAnswer.Error(400, "InvalidResourceReference", $"Resource {nic} referenced by the machine was not found.");
        var other = cloud.Things.FirstOrDefault(t => t.Type == ResourceRules.Machine && t != found && string.Equals(t.Text("networkProfile", "networkInterfaces", "id"), card.Id, StringComparison.OrdinalIgnoreCase));
        if (other is not null) return ArmAnswer.Error(409, "NicInUse", $"Network Interface {card.Name} is used by existing resource {other.Id}.");
        if (card.Reserved > cloud.Now && found is null) return ArmAnswer.Error(400, "NicReservedForAnotherVm", $"Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) or retry after 180 seconds.");
        var profile = properties["osProfile"];
        if (profile?["adminUsername"]?.GetValue<string>() is not { } admin || RefusedUsers.Contains(admin)) return ArmAnswer.Error(400, "InvalidParameter", "The Admin Username specified is not allowed.");
        if (found is not null && found.Text("osProfile", "customData") != profile["customData"]?.GetValue<string>()) return ArmAnswer.Error(409, "PropertyChangeNotAllowed", "Changing property 'osProfile.customData' is not allowed.");
        if (profile["customData"]?.GetValue<string>() is { Length: > 87380 }) return ArmAnswer.Error(400, "InvalidParameter", "Custom data is too long.");
        var image = properties["storageProfile"]?["imageReference"];
        if (image?["id"]?.GetValue<string>() is { } id)
        {
            if (cloud.Find(id) is not { } source) return ArmAnswer.Error(404, "NotFound", $"The image {id} was not found.");
            if (source.Busy is { IsDone: false } || source.State != "Succeeded") return ArmAnswer.Error(409, "ConflictingUserInput", $"The image {id} is not in Succeeded state.");
            if (source.Type == ResourceRules.Image && properties["securityProfile"]?["securityType"] is not null) return ArmAnswer.Error(400, "BadRequest", "Security type is not supported by managed images.");
        }
        else if (image?["version"]?.GetValue<string>() is not { } version || !cloud.Marketplace.Versions.Contains(version)) return ArmAnswer.Error(404, "ImageNotFound", "The platform image was not found.");
        else if (cloud.Marketplace.Plan is { } plan && body["plan"]?["name"]?.GetValue<string>() != plan["name"]!.GetValue<string>())
        {
            return ArmAnswer.Error(400, "VMMarketplaceInvalidInput", "Creating a virtual machine from Marketplace image requires Plan information in the request.");
        }

        var wrong = (properties["storageProfile"]!["dataDisks"] as JsonArray ?? []).FirstOrDefault(d => d!["createOption"]!.GetValue<string>() == "FromImage" != LunsOf(body).Contains(d["lun"]!.GetValue<int>()));
        return wrong is null ? null : ArmAnswer.Error(400, "InvalidParameter", $"The data disk with LUN {wrong["lun"]} is {wrong["createOption"]}, which does not go with the image.");
    }

    public (TimeSpan Length, Func<Task> Done) Make(ArmThing machine)
    {
        if (machine.Tag("imageoperator-key") == "build/machine") cloud.BuildMachines++;
        var disk = machine.Properties["storageProfile"]!["osDisk"]!.AsObject();
        var diskId = $"{machine.Id[..machine.Id.IndexOf("/providers/", StringComparison.Ordinal)]}/providers/{ResourceRules.Disk}/{disk["name"]}";
        (disk["managedDisk"] as JsonObject ?? throw new InvalidOperationException("no managed disk"))["id"] = diskId;
        var made = cloud.Add(diskId, ResourceRules.Disk, new JsonObject
        {
            ["location"] = machine.Body["location"]!.DeepClone(),
            ["properties"] = new JsonObject { ["osType"] = "Linux", ["hyperVGeneration"] = GenerationOf(machine), ["diskSizeGB"] = 30, ["diskState"] = "Attached" },
        });
        made.Listed = cloud.Now;
        AddDataDisks(machine, diskId[..diskId.LastIndexOf('/')]);
        return (cloud.Timings.Start, async () =>
        {
            machine.Power = "running";
            if (cloud.Host is not { } host) return;
            var nic = cloud.Find(machine.Text("networkProfile", "networkInterfaces", "id"))!;
            var address = cloud.Find(nic.Text("ipConfigurations", "properties", "publicIPAddress", "id"))?.Text("ipAddress") ?? nic.Text("ipConfigurations", "properties", "privateIPAddress")!;
            var keys = machine.Properties["osProfile"]!["linuxConfiguration"]!["ssh"]!["publicKeys"]!.AsArray().Select(k => k!["keyData"]!.GetValue<string>()).ToList();
            var data = Encoding.UTF8.GetString(Convert.FromBase64String(machine.Text("osProfile", "customData")!));
            await host.StartAsync(made.Name, Key(machine.Text("storageProfile", "imageReference", "id") ?? "marketplace"), address, data, keys);
        }
        );
    }

    /// <summary>Those that the request names; and those of the image that it does not name, by names of Azure's own.</summary>
    private void AddDataDisks(ArmThing machine, string folder)
    {
        var asked = machine.Properties["storageProfile"]!["dataDisks"] as JsonArray ?? [];
        foreach (var disk in asked)
        {
            var id = $"{folder}/{disk!["name"]}";
            (disk["managedDisk"] as JsonObject ?? throw new InvalidOperationException("no managed disk"))["id"] = id;
            Add(id, disk["diskSizeGB"]?.GetValue<int>() ?? 8);
        }

        foreach (var lun in LunsOf(machine.Body).Except(asked.Select(d => d!["lun"]!.GetValue<int>()))) Add($"{folder}/{machine.Name}_lun_{lun}_2_{Guid.NewGuid():N}", 8);

        void Add(string id, int size) => cloud.Add(id, ResourceRules.Disk, new JsonObject
        {
            ["location"] = machine.Body["location"]!.DeepClone(),
            ["properties"] = new JsonObject { ["diskSizeGB"] = size, ["diskState"] = "Attached" },
        }).Listed = cloud.Now;
    }

    public static IEnumerable<string> DisksOf(ArmThing machine)
    {
        var storage = machine.Properties["storageProfile"]!;
        return (storage["dataDisks"] as JsonArray ?? []).Prepend(storage["osDisk"]).Select(d => d!["managedDisk"]?["id"]?.GetValue<string>()).OfType<string>();
    }

    /// <summary>The data disks of the image that a machine is made of.</summary>
    private IEnumerable<int> LunsOf(JsonObject machine)
    {
        var image = cloud.Find(machine["properties"]!["storageProfile"]?["imageReference"]?["id"]?.GetValue<string>());
        var disks = image?.Type == ResourceRules.Version ? image.Properties["storageProfile"]!["dataDiskImages"] : image?.Properties["storageProfile"]?["dataDisks"];
        return (disks as JsonArray ?? []).Select(d => d!["lun"]!.GetValue<int>());
    }

    /// <summary>A resource's name for the host's folders.</summary>
    public static string Key(string id) => id.Trim('/').Replace('/', '_').ToLowerInvariant();

    public ArmAnswer Post(ArmThing machine, string? verb, ArmFault? fault)
    {
        if (machine.Type != ResourceRules.Machine) return ArmAnswer.Error(400, "BadRequest", $"{machine.Type} has no {verb}");
        if (verb == "retrieveBootDiagnosticsData")
        {
            return new(200, new JsonObject { ["consoleScreenshotBlobUri"] = $"https://{ConsoleHost}/screen?t=1", ["serialConsoleLogBlobUri"] = $"https://{ConsoleHost}/log?t=1" });
        }

        if (verb != "deallocate") return ArmAnswer.Error(404, "NotFound", $"there is no {verb}");
        if (machine.Busy is { IsDone: false }) return ArmAnswer.Error(409, "Conflict", $"Another operation is in progress on {machine.Name}.", ("Retry-After", "5"));
        machine.Power = "deallocating";
        var operation = cloud.Begin(machine, cloud.Timings.Stop, fault, async () =>
        {
            if (fault?.OfOperation is not null) return;
            machine.Power = "deallocated";
            if (cloud.Host is { } host) await host.StopAsync(DiskOf(machine), ended: false);
        });
        return new(202, null, ("Azure-AsyncOperation", ResourceRules.Polling(machine.Type, machine.Body, operation)), ("Location", ResourceRules.Polling(machine.Type, machine.Body, operation)), ("Retry-After", "10"));
    }

    /// <summary>A machine goes, and its disk with it.</summary>
    public async Task EndAsync(ArmThing machine)
    {
        if (cloud.Host is { } host) await host.StopAsync(DiskOf(machine), ended: true);
        if (cloud.Find(machine.Text("networkProfile", "networkInterfaces", "id")) is { } card) card.Reserved = cloud.Now + cloud.Timings.Reserved;
        var disk = cloud.Find(machine.Text("storageProfile", "osDisk", "managedDisk", "id"));
        if (disk is not null && machine.Text("storageProfile", "osDisk", "deleteOption") == "Delete") cloud.Remove(disk);
        foreach (var data in (machine.Properties["storageProfile"]!["dataDisks"] as JsonArray ?? []).Where(d => d!["deleteOption"]?.GetValue<string>() == "Delete"))
        {
            if (cloud.Find(data!["managedDisk"]!["id"]!.GetValue<string>()) is { } found) cloud.Remove(found);
        }
    }

    private static string DiskOf(ArmThing machine) => machine.Text("storageProfile", "osDisk", "name")!;

    private string GenerationOf(ArmThing machine)
    {
        var source = cloud.Find(machine.Text("storageProfile", "imageReference", "id"));
        if (source is { Type: ResourceRules.Version }) source = cloud.Find(source.Id[..source.Id.IndexOf("/versions/", StringComparison.Ordinal)]);
        return source is null ? cloud.Marketplace.Generation : source.Text("hyperVGeneration") ?? "V1";
    }
}
