using System.Text.Json.Nodes;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Data disks are the machine's, the image's, and the test machine's.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureDataDiskTests(ITestOutputHelper output)
{
    private const string Set = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images/providers/Microsoft.Compute/diskEncryptionSets/set";

    [Fact]
    public Task AllResults_HaveThem() => BuildAsync(image => image, group: null, (site, at) =>
    {
        var machines = Bodies(site, "Microsoft.Compute/virtualMachines/write").Select(b => b["storageProfile"]!["dataDisks"]!.AsArray()).ToList();
        Assert.Equal(["0 Empty 16  Delete", "7 Empty 32 Premium_LRS Delete"], machines[0].Select(Told));
        Assert.Equal(["0 FromImage   Delete", "7 FromImage  Premium_LRS Delete"], machines[1].Select(Told));
        Assert.All(machines.SelectMany(m => m), d => Assert.Equal(Set, d!["managedDisk"]!["diskEncryptionSet"]!["id"]!.GetValue<string>()));
        Assert.Equal([0, 7], Bodies(site, "Microsoft.Compute/images/write").Single()["storageProfile"]!["dataDisks"]!.AsArray().Select(d => d!["lun"]!.GetValue<int>()));
        var version = Bodies(site, "Microsoft.Compute/galleries/images/versions/write").Last();
        Assert.Equal([0, 7], version["storageProfile"]!["dataDiskImages"]!.AsArray().Select(d => d!["lun"]!.GetValue<int>()));
        Assert.Equal([0, 7], version["publishingProfile"]!["targetRegions"]![0]!["encryption"]!["dataDiskImages"]!.AsArray().Select(d => d!["lun"]!.GetValue<int>()));
        Assert.Equal(
            ["web-lab-1-disk", "web-lab-1-disk-lun0", "web-lab-1-disk-lun7"], at.Case.Status!.Artifacts!.Where(a => a.Type == "azure-snapshot").Select(a => a.Id[(a.Id.LastIndexOf('/') + 1)..]));
    });

    [Fact]
    public Task OneImageOnly_TheirSnapshotsGoAgain() => BuildAsync(image => image with { Gallery = null, Snapshot = null, Vhd = null }, "images", (_, _) => { });

    [Fact]
    public Task SnapshotsOnly_TheTestMachineHasThemAllTheSame() => BuildAsync(image => image with { Gallery = null, ManagedImage = null, Vhd = null }, "images", (site, _) =>
        Assert.Equal(["0 FromImage   Delete", "7 FromImage  Premium_LRS Delete"], Bodies(site, "Microsoft.Compute/virtualMachines/write").Last()["storageProfile"]!["dataDisks"]!.AsArray().Select(Told)));

    [Fact]
    public async Task KilledAtTheirCalls_TheNextAttemptOrTheSweeperGoesOn()
    {
        await using var site = Open(image => image, "images");
        await new KillMatrix(output, "Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/snapshots/write", "Microsoft.Compute/snapshots/write~", "Microsoft.Compute/snapshots/read~").RunAsync(site);
    }

    [Fact]
    public async Task NoRoom_TheDisksOfTheMachineThatFailedGo()
    {
        await using var site = Open(image => image, "images");
        site.Azure = site.Azure with { VmSizes = ["Standard_D2s_v5", "Standard_D2as_v5"] };
        var tally = new Tally(site, output);
        await tally.CaseAsync("no room", async at =>
        {
            site.Cloud.Faults = [new("Microsoft.Compute/virtualMachines/write", 1, 1, ArmFaultKind.Allocation)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task SnapshotOfOthers_ByTheNameOfADataDisks_TheBuildFailsBeforeItMakesAnything()
    {
        await using var site = Open(image => image, null);
        var id = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images/providers/{ResourceRules.Snapshot}/web-lab-1-disk-lun7";
        site.Cloud.Add(id, ResourceRules.Snapshot, new() { ["location"] = AzureSite.Location, ["properties"] = new JsonObject() });
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal($"azure.image.snapshot.name: {id} is there already, and is not this build's", outcome!.Status.Failure!.Message);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Source_HasDisksOfItsOwn_TheyGoWithTheMachine()
    {
        await using var site = Open(image => image, "images");
        var source = AddSource(site, 3);
        site.Azure = site.Azure with { Source = new() { ManagedImage = source } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("disks of the source", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(["0 Empty", "7 Empty", "3 FromImage"], Bodies(site, "Microsoft.Compute/virtualMachines/write")[0]["storageProfile"]!["dataDisks"]!.AsArray().Select(d => $"{d!["lun"]} {d["createOption"]}"));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Source_HasADiskOfTheSameLun_TheBuildFailsBeforeItMakesAnything()
    {
        await using var site = Open(image => image, null);
        var source = AddSource(site, 7);
        site.Azure = site.Azure with { Source = new() { ManagedImage = source } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("same number", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal($"azure.dataDisks: {source} has a disk with LUN 7 already", outcome!.Status.Failure!.Message);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private static string AddSource(AzureSite site, int lun)
    {
        var id = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images/providers/{ResourceRules.Image}/base";
        var storage = new JsonObject { ["osDisk"] = new JsonObject { ["osType"] = "Linux", ["osState"] = "Generalized" }, ["dataDisks"] = new JsonArray(new JsonObject { ["lun"] = lun }) };
        site.Cloud.Add(id, ResourceRules.Image, new() { ["location"] = AzureSite.Location, ["properties"] = new JsonObject { ["hyperVGeneration"] = "V2", ["storageProfile"] = storage } });
        return id;
    }

    private static string Told(JsonNode? disk) => $"{disk!["lun"]} {disk["createOption"]} {disk["diskSizeGB"]} {disk["managedDisk"]?["storageAccountType"]} {disk["deleteOption"]}";

    private static List<JsonNode> Bodies(AzureSite site, string action) => [.. site.Cloud.Requests.Where(r => r.Action == action).Select(r => r.Body!["properties"]!)];

    private static AzureSite Open(Func<AzureImage, AzureImage> change, string? group)
    {
        var site = new AzureSite();
        site.Azure = site.Azure with
        {
            ResourceGroup = group,
            OsDisk = new() { DiskEncryptionSetId = Set },
            DataDisks = [new() { Lun = 0, SizeGiB = 16 }, new() { Lun = 7, SizeGiB = 32, Type = AzureDiskType.PremiumLrs }],
            Image = change(site.Azure.Image),
        };
        return site;
    }

    private async Task BuildAsync(Func<AzureImage, AzureImage> change, string? group, Action<AzureSite, Tally.At> check)
    {
        await using var site = Open(change, group);
        var tally = new Tally(site, output);
        await tally.CaseAsync("data disks", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            check(site, at);
        });
        tally.AssertGood();
    }
}
