using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Sources, places and results that the contract's own target does not have.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureVariantTests(ITestOutputHelper output)
{
    private const string Group = $"/subscriptions/{ArmCloud.Subscription}/resourceGroups/images";

    [Fact]
    public Task ManagedImageOnly_IsMade() => BuildAsync(a => a with { Image = a.Image with { Gallery = null, Snapshot = null } });

    [Fact]
    public Task SnapshotOnly_IsTestedByAnImageThatGoesAgain() => BuildAsync(a => a with { Image = a.Image with { Gallery = null, ManagedImage = null } }, site =>
        Assert.Single(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/images/write"));

    [Fact]
    public Task GalleryOnly_IsTestedBeforeAnyoneGetsItAsTheLatest() => BuildAsync(a => a with { Image = a.Image with { ManagedImage = null, Snapshot = null } }, site =>
    {
        var puts = site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/galleries/images/versions/write").Select(r => r.Body!["properties"]!["publishingProfile"]!).ToList();
        Assert.Equal([(true, 1), (false, 2)], puts.Select(p => (p["excludeFromLatest"]!.GetValue<bool>(), p["targetRegions"]!.AsArray().Count)).Distinct());
    });

    [Fact]
    public Task TrustedLaunch_MachineAndDefinitionHaveIt() => BuildAsync(
        a => a with { Security = new() { Type = AzureSecurityType.TrustedLaunch }, EncryptionAtHost = true, Image = a.Image with { ManagedImage = null, Snapshot = null } }, site =>
        {
            var machines = site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/virtualMachines/write").Select(r => r.Body!["properties"]!["securityProfile"]!).ToList();
            Assert.Equal(2, machines.Count);
            Assert.All(machines, m => Assert.Equal(
                ("TrustedLaunch", true, true, true),
                (m["securityType"]!.GetValue<string>(), m["encryptionAtHost"]!.GetValue<bool>(), m["uefiSettings"]!["secureBootEnabled"]!.GetValue<bool>(), m["uefiSettings"]!["vTpmEnabled"]!.GetValue<bool>())));
            var definition = site.Cloud.Requests.Single(r => r.Action == "Microsoft.Compute/galleries/images/write").Body!["properties"]!;
            Assert.Equal("TrustedLaunch", definition["features"]![0]!["value"]!.GetValue<string>());
            Assert.Equal("V2", definition["hyperVGeneration"]!.GetValue<string>());
        });

    [Theory]
    [InlineData(null, null, "EncryptedVMGuestStateOnlyWithPmk")]
    [InlineData(null, "set", "EncryptedVMGuestStateOnlyWithPmk")]
    [InlineData(AzureConfidentialDisk.DiskWithVMGuestState, null, "EncryptedWithPmk")]
    [InlineData(AzureConfidentialDisk.DiskWithVMGuestState, "set", "EncryptedWithCmk")]
    public Task ConfidentialVM_RegionsSayHowTheDiskIsEncrypted(AzureConfidentialDisk? disk, string? set, string expected)
    {
        var own = set is null ? null : $"{Group}/providers/Microsoft.Compute/diskEncryptionSets/{set}";
        var secure = expected == "EncryptedWithCmk";
        return BuildAsync(
            a => a with
            {
                Security = new() { Type = AzureSecurityType.ConfidentialVM, ConfidentialDisk = disk },
                OsDisk = own is null ? null : new() { DiskEncryptionSetId = own },
                Image = a.Image with { ManagedImage = null, Snapshot = null, Vhd = null, Gallery = a.Image.Gallery! with { Regions = [new() { Name = AzureSite.CopyLocation, DiskEncryptionSetId = own }] } },
            },
            site =>
            {
                var regions = site.Cloud.Requests.Last(r => r.Action == "Microsoft.Compute/galleries/images/versions/write").Body!["properties"]!["publishingProfile"]!["targetRegions"]!.AsArray();
                Assert.Equal(2, regions.Count);
                Assert.All(regions, r =>
                {
                    var image = r!["encryption"]!["osDiskImage"]!;
                    Assert.Equal(expected, image["securityProfile"]!["confidentialVMEncryptionType"]!.GetValue<string>());
                    Assert.Equal(secure ? own : null, image["securityProfile"]!["secureVMDiskEncryptionSetId"]?.GetValue<string>());
                    Assert.Equal(secure ? null : own, image["diskEncryptionSetId"]?.GetValue<string>());
                });
                var snapshot = site.Cloud.Requests.First(r => r.Action == "Microsoft.Compute/snapshots/write").Body!["properties"]!;
                Assert.Equal(secure ? null : own, snapshot["encryption"]?["diskEncryptionSetId"]?.GetValue<string>());
                Assert.All(site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/virtualMachines/write"), r => Assert.Equal("ConfidentialVM", r.Body!["properties"]!["securityProfile"]!["securityType"]!.GetValue<string>()));
                Assert.Equal("ConfidentialVM", site.Cloud.Requests.Single(r => r.Action == "Microsoft.Compute/galleries/images/write").Body!["properties"]!["features"]![0]!["value"]!.GetValue<string>());
            });
    }

    [Fact]
    public Task EndOfLife_AndBlockedDeletion_AreTheVersionsOnceItIsAnnounced() => BuildAsync(
        a => a with
        {
            Image = a.Image with { ManagedImage = null, Snapshot = null, Gallery = a.Image.Gallery! with { EndOfLifeAfter = Api.Common.Duration.FromMinutes(60 * 24 * 30), BlockDeletionBeforeEndOfLife = true } },
        },
        site =>
        {
            var puts = site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/galleries/images/versions/write").Select(r => r.Body!["properties"]!).ToList();
            Assert.Equal([false, true], puts.Select(p => p["safetyProfile"]?["blockDeletionBeforeEndOfLife"]?.GetValue<bool>() ?? false).Distinct());
            var born = DateTimeOffset.Parse(site.Cloud.Requests.First(r => r.Action == "Microsoft.Compute/galleries/images/versions/write").Body!["properties"]!["publishingProfile"]!["endOfLifeDate"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(born - site.Time.GetUtcNow(), TimeSpan.FromDays(29), TimeSpan.FromDays(30));
        });

    [Fact]
    public async Task BlockedDeletion_OfABuildThatDidNotSucceed_IsLifted()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with
        {
            Image = site.Azure.Image with { ManagedImage = null, Snapshot = null, Gallery = site.Azure.Image.Gallery! with { EndOfLifeAfter = Api.Common.Duration.FromMinutes(60), BlockDeletionBeforeEndOfLife = true } },
        };
        var tally = new Tally(site, output);
        await tally.CaseAsync("killed after it was announced", async at =>
        {
            var (process, puts) = (at.Case.NextProcess(), 0);
            process.AtPoint = name => { if (name == "Microsoft.Compute/galleries/images/versions/write!" && ++puts == 2) process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromMinutes(30));
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public Task PlanOfTheSource_IsNamedByMachinesAndDefinition() => BuildAsync(a => a with { Image = a.Image with { ManagedImage = null, Snapshot = null } }, site =>
    {
        Assert.All(site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/virtualMachines/write"), r => Assert.Equal("hardened", r.Body!["plan"]!["name"]!.GetValue<string>()));
        Assert.Equal("hardened", site.Cloud.Requests.Single(r => r.Action == "Microsoft.Compute/galleries/images/write").Body!["properties"]!["purchasePlan"]!["name"]!.GetValue<string>());
    }, site => site.Cloud.Marketplace.Plan = new() { ["name"] = "hardened", ["publisher"] = "someone", ["product"] = "linux" });

    [Fact]
    public Task PlanOfAManagedImage_IsGiven_AndNamedByMachinesAndDefinition() => BuildAsync(
        a => a with { Source = new() { ManagedImage = $"{Group}/providers/{ResourceRules.Image}/base", Plan = new() { Name = "hardened", Publisher = "someone", Product = "linux" } }, Image = a.Image with { Snapshot = null } },
        site =>
        {
            var machines = site.Cloud.Requests.Where(r => r.Action == "Microsoft.Compute/virtualMachines/write").ToList();
            Assert.Equal(2, machines.Count);
            Assert.All(machines, r => Assert.Equal(("hardened", "someone", "linux"), (r.Body!["plan"]!["name"]!.GetValue<string>(), r.Body["plan"]!["publisher"]!.GetValue<string>(), r.Body["plan"]!["product"]!.GetValue<string>())));
            Assert.Equal("hardened", site.Cloud.Requests.Single(r => r.Action == "Microsoft.Compute/galleries/images/write").Body!["properties"]!["purchasePlan"]!["name"]!.GetValue<string>());
        },
        site => site.Cloud.Add($"{Group}/providers/{ResourceRules.Image}/base", ResourceRules.Image, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject { ["hyperVGeneration"] = "V2" } }));

    [Fact]
    public async Task PrivateWithoutASubnet_TheBuildFailsBeforeItMakesAnything()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Network = new() { Address = AzureAddress.Private } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("private", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, BuildStage.SourceResolved), (outcome!.Status.Phase, outcome.Status.Failure!.Stage));
            Assert.StartsWith("azure.network.address:", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Method != "GET");
        });
        tally.AssertGood();
    }

    [Fact]
    public Task GalleryOfAnotherSubscription_GetsTheVersion_OfASnapshotOfThisOne() => BuildAsync(
        a => a with { Image = a.Image with { ManagedImage = null, Gallery = a.Image.Gallery! with { SubscriptionId = ArmCloud.OtherSubscription, ResourceGroup = "shared", Gallery = "theirs" } } },
        site => Assert.All(site.Cloud.Requests.Where(r => r.Method == "PUT" && r.Type.StartsWith(ResourceRules.Gallery, StringComparison.Ordinal)), r => Assert.StartsWith($"/subscriptions/{ArmCloud.OtherSubscription}/resourceGroups/shared/", r.Path, StringComparison.Ordinal)),
        site =>
        {
            var group = site.Cloud.Add($"/subscriptions/{ArmCloud.OtherSubscription}/resourceGroups/shared", GroupRules.Type, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject() });
            site.Cloud.Add($"{group.Id}/providers/{ResourceRules.Gallery}/theirs", ResourceRules.Gallery, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject() });
        });

    [Theory]
    [InlineData("root")]
    [InlineData("admin")]
    public async Task LoginThatAzureRefuses_IsTakenAwayByGeneralization(string user)
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync(user, async at =>
        {
            at.Case.Template = at.Case.Template with { Communicator = new() { Ssh = new() { User = user } } };
            var lines = new List<string>();
            at.Case.Run = line =>
            {
                lines.Add(line);
                return 0;
            };
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var script = lines.Single(l => l.Contains("waagent", StringComparison.Ordinal));
            await GeneralizedHome.AssertAsync(script, user);
            var data = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(site.Cloud.Requests.First(r => r.Action == "Microsoft.Compute/virtualMachines/write").Body!["properties"]!["osProfile"]!["customData"]!.GetValue<string>()));
            Assert.Contains($"id {user} > /dev/null 2>&1 || touch /var/lib/imageoperator-login", data, StringComparison.Ordinal);
        });
        tally.AssertGood();
    }

    [Fact]
    public Task GivenGroupAndSubnet_AreLeftAsTheyWere() => BuildAsync(
        a => a with
        {
            ResourceGroup = "images",
            Network = new() { SubnetId = $"{Group}/providers/Microsoft.Network/virtualNetworks/ours/subnets/builds", Address = AzureAddress.Private, AllowedCidrs = ["10.1.0.0/16"] },
        },
        site =>
        {
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Type == ResourceRules.Address);
            var rule = site.Cloud.Requests.First(r => r.Action == "Microsoft.Network/networkSecurityGroups/write").Body!["properties"]!["securityRules"]![0]!["properties"]!;
            Assert.Equal(("22", "10.1.0.0/16"), (rule["destinationPortRange"]!.GetValue<string>(), rule["sourceAddressPrefixes"]![0]!.GetValue<string>()));
        },
        site => site.Cloud.Add($"{Group}/providers/{ResourceRules.Network}/ours", ResourceRules.Network, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject() }));

    [Fact]
    public Task LatestVersionOfAGallery_IsTakenByItsNumber_AndThoseExcludedAreNot() => BuildAsync(
        a => a with { Source = new() { GalleryImage = $"{Group}/providers/Microsoft.Compute/galleries/lab/images/base" } },
        site => Assert.EndsWith("/versions/1.10.0", site.Cloud.Requests.First(r => r.Action == "Microsoft.Compute/virtualMachines/write").Body!["properties"]!["storageProfile"]!["imageReference"]!["id"]!.GetValue<string>(), StringComparison.Ordinal),
        site =>
        {
            var definition = site.Cloud.Add($"{Group}/providers/Microsoft.Compute/galleries/lab/images/base", ResourceRules.Definition, new()
            {
                ["location"] = AzureSite.Location,
                ["properties"] = new System.Text.Json.Nodes.JsonObject { ["osType"] = "Linux", ["osState"] = "Generalized", ["hyperVGeneration"] = "V2", ["identifier"] = new System.Text.Json.Nodes.JsonObject { ["publisher"] = "p", ["offer"] = "o", ["sku"] = "s" } },
            });
            foreach (var (version, excluded, region) in new[] { ("1.9.0", false, AzureSite.Location), ("1.10.0", false, AzureSite.Location), ("1.11.0", true, AzureSite.Location), ("1.12.0", false, "eastus") })
            {
                site.Cloud.Add($"{definition.Id}/versions/{version}", ResourceRules.Version, new()
                {
                    ["location"] = AzureSite.Location,
                    ["properties"] = new System.Text.Json.Nodes.JsonObject
                    {
                        ["publishingProfile"] = new System.Text.Json.Nodes.JsonObject { ["excludeFromLatest"] = excluded, ["targetRegions"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["name"] = region }) },
                        ["storageProfile"] = new System.Text.Json.Nodes.JsonObject(),
                    },
                });
            }
        });

    [Theory]
    [InlineData("0x1", "etag:0x1")]
    [InlineData(null, null)]
    public Task DiskImage_BecomesAnImageForAsLongAsTheMachineIsNeeded_AndIsKnownByItsTag(string? tag, string? digest) => BuildAsync(
        a => a with { Source = new() { Vhd = new() { Uri = "https://account.blob.core.windows.net/images/base.vhd", HyperVGeneration = AzureHyperVGeneration.V2 } } },
        (site, at) =>
        {
            Assert.Equal("https://account.blob.core.windows.net/images/base.vhd", site.Cloud.Requests.First(r => r.Action == "Microsoft.Compute/images/write").Body!["properties"]!["storageProfile"]!["osDisk"]!["blobUri"]!.GetValue<string>());
            Assert.Equal(digest, at.Case.Saved(s => s.Source is not null).Source!.Digest);
            Assert.Equal(tag is null, at.Case.Log.Events.OfType<Engine.Events.BuildEvent.Message>().Any(m => m.Text.Contains("Storage Blob Data Reader", StringComparison.Ordinal)));
        },
        // Without a tag nobody lets the builder read it.
        site => site.Cloud.Blobs.Add("https://account.blob.core.windows.net/images/base.vhd", tag));

    [Theory]
    [InlineData("https://elsewhere.example/images/base.vhd")]
    [InlineData("https://account.blob.core.windows.net.elsewhere.example/images/base.vhd")]
    [InlineData("https://account.blob.core.windows.net:8443/images/base.vhd")]
    public Task DiskImageElsewhere_GetsNoTokenOfOurs(string uri) => BuildAsync(
        a => a with { Source = new() { Vhd = new() { Uri = uri, HyperVGeneration = AzureHyperVGeneration.V2 } }, Image = a.Image with { Vhd = null } },
        (site, at) =>
        {
            Assert.Null(at.Case.Saved(s => s.Source is not null).Source!.Digest);
            Assert.All(site.Cloud.Requests, r => Assert.Equal("management.azure.com", r.Host));
            Assert.DoesNotContain(site.Cloud.Actions, a => a.StartsWith("Microsoft.Storage/", StringComparison.Ordinal));
        },
        _ => { });

    [Fact]
    public async Task DiskImageThatIsNot_TheBuildFailsBeforeItMakesAnything()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Source = new() { Vhd = new() { Uri = "https://account.blob.core.windows.net/images/gone.vhd" } } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("gone", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, BuildStage.SourceResolved), (outcome!.Status.Phase, outcome.Status.Failure!.Stage));
            Assert.StartsWith("azure.source.vhd.uri:", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Method != "GET");
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NewestOfTheMarketplace_IsTheOneWithTheHighestNumbers()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("latest", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal("Debian:debian-12:12-gen2:0.20260101.10", at.Case.Saved(s => s.Source is not null).Source!.Id);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NameIsTaken_TheBuildFailsBeforeItMakesAnything()
    {
        await using var site = new AzureSite();
        site.Cloud.Add($"{Group}/providers/{ResourceRules.Image}/web-lab-1", ResourceRules.Image, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject() });
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, BuildStage.SourceResolved), (outcome!.Status.Phase, outcome.Status.Failure!.Stage));
            Assert.Contains("azure.image.managedImage.name", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Method != "GET");
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task GeneralizationFails_TheBuildFailsAndNothingIsCaptured()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("not generalized", async at =>
        {
            at.Case.Run = line => line.Contains("waagent", StringComparison.Ordinal) ? 7 : 0;
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, Reasons.CaptureFailed), (outcome!.Status.Phase, outcome.Status.Failure!.Reason));
            Assert.Contains("exit code 7", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/snapshots/write");
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task DefinitionOfOthers_IsUsed_AndStaysWhenTheBuildFails()
    {
        await using var site = new AzureSite();
        site.Cloud.Add($"{Group}/providers/Microsoft.Compute/galleries/lab/images/web", ResourceRules.Definition, new() { ["location"] = AzureSite.Location, ["properties"] = new System.Text.Json.Nodes.JsonObject { ["osType"] = "Linux", ["osState"] = "Generalized" } });
        var tally = new Tally(site, output);
        await tally.CaseAsync("a test fails", async at =>
        {
            at.Case.Run = line => line == "t1" ? 1 : 0;
            var failure = (await at.Case.RunAsync(at.Case.NextProcess()))!.Status.Failure!;
            Assert.Equal((Reasons.TestFailed, "booting\nlogin:"), (failure.Reason, failure.ConsoleTail));
            // A group goes slowly: what there was no time for is the sweeper's.
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/galleries/images/write");
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task TestFails_VersionAndDefinitionOfTheBuildGo()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Snapshot = null } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("a test fails", async at =>
        {
            at.Case.Run = line => line == "t1" ? 1 : 0;
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.TestFailed, outcome!.Status.Failure!.Reason);
            if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            Assert.Contains(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/galleries/images/delete");
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData("group", "azure.image.resourceGroup")]
    [InlineData("gallery group", "azure.image.gallery.resourceGroup")]
    [InlineData("gallery", "azure.image.gallery.gallery")]
    [InlineData("generation", "azure.image.gallery.definition")]
    [InlineData("architecture", "azure.image.gallery.definition")]
    [InlineData("feature", "azure.image.gallery.definition")]
    public async Task ResultsCannotBeMadeThere_TheBuildFailsBeforeItMakesAnything(string what, string field)
    {
        await using var site = new AzureSite();
        var gallery = site.Azure.Image.Gallery!;
        site.Azure = what switch
        {
            "group" => site.Azure with { Image = site.Azure.Image with { ResourceGroup = "nowhere" } },
            "gallery group" => site.Azure with { Image = site.Azure.Image with { Gallery = gallery with { ResourceGroup = "nowhere" } } },
            "gallery" => site.Azure with { Image = site.Azure.Image with { Gallery = gallery with { Gallery = "nowhere" } } },
            _ => site.Azure,
        };
        var properties = new System.Text.Json.Nodes.JsonObject { ["osType"] = "Linux", ["osState"] = "Generalized", ["hyperVGeneration"] = what == "generation" ? "V1" : "V2", ["architecture"] = what == "architecture" ? "Arm64" : "x64" };
        if (what == "feature") properties["features"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["name"] = "SecurityType", ["value"] = "TrustedLaunch" });
        if (field.EndsWith("definition", StringComparison.Ordinal)) site.Cloud.Add($"{Group}/providers/Microsoft.Compute/galleries/lab/images/web", ResourceRules.Definition, new() { ["location"] = AzureSite.Location, ["properties"] = properties });
        var tally = new Tally(site, output);
        await tally.CaseAsync(what, async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, BuildStage.SourceResolved), (outcome!.Status.Phase, outcome.Status.Failure!.Stage));
            Assert.StartsWith(field + ":", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Requests, r => r.Method != "GET");
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task ReplicationFails_TheFailureNamesTheRegion()
    {
        await using var site = new AzureSite();
        var tally = new Tally(site, output);
        await tally.CaseAsync("replication", async at =>
        {
            // The first ones are refused: the definition is not known everywhere yet.
            site.Cloud.Faults = [new("Microsoft.Compute/galleries/images/versions/write", 1, 99, ArmFaultKind.Fails)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.DistributionFailed, outcome!.Status.Failure!.Reason);
            Assert.Contains("northeurope: Replication failed.", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("westeurope", outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Contains("InternalExecutionError: An internal execution error occurred.", outcome.Status.Failure.Message, StringComparison.Ordinal);
            // A definition is slow to go: what there was no time for is the sweeper's.
            site.Cloud.Faults = [];
            if (outcome.Status.CleanupErrors is not null) Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    private Task BuildAsync(Func<AzureTarget, AzureTarget> change, Action<AzureSite>? check = null, Action<AzureSite>? prepare = null) => BuildAsync(change, (site, _) => check?.Invoke(site), prepare);

    private async Task BuildAsync(Func<AzureTarget, AzureTarget> change, Action<AzureSite, Tally.At> check, Action<AzureSite>? prepare)
    {
        await using var site = new AzureSite();
        site.Azure = change(site.Azure);
        prepare?.Invoke(site);
        var tally = new Tally(site, output);
        await tally.CaseAsync("variant", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            check(site, at);
        });
        tally.AssertGood();
    }
}
