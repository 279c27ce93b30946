using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>What is asked for, and what becomes of it.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpRequestTests(ITestOutputHelper output) : GcpTests(output)
{
    private const string Key = "projects/lab-project/locations/europe-west3/keyRings/images/cryptoKeys/disks";
    private const string Certificate = "MIIBszCCAVmgAwIBAgIU";

    [Fact]
    public Task Machine_IsAskedForAsTheTargetSays() => BuildAsync(
        gcp => gcp with
        {
            Spot = true,
            MachineLifetime = Api.Common.Duration.FromMinutes(90),
            Disk = new() { SizeGiB = 40, Type = "pd-ssd", KmsKeyName = Key },
            ShieldedVm = new() { SecureBoot = true },
            ServiceAccount = new() { Email = "vm@lab-project.iam.gserviceaccount.com" },
            Network = new() { Project = "host-project", Subnetwork = "builders", Tags = ["build"], Connect = GcpConnect.Internal },
            Metadata = new Dictionary<string, string> { ["team"] = "lab" },
            RunLabels = new Dictionary<string, string> { ["purpose"] = "build" },
        },
        (site, at) =>
        {
            var body = Body(site, "compute.instances.insert");
            var scheduling = body["scheduling"]!;
            Assert.Equal(("SPOT", "DELETE", "5400", "TERMINATE", false), ((string)scheduling["provisioningModel"]!, (string)scheduling["instanceTerminationAction"]!, (string)scheduling["maxRunDuration"]!["seconds"]!, (string)scheduling["onHostMaintenance"]!, (bool)scheduling["automaticRestart"]!));
            var disk = body["disks"]![0]!;
            Assert.Equal((true, true, Key), ((bool)disk["boot"]!, (bool)disk["autoDelete"]!, (string)disk["diskEncryptionKey"]!["kmsKeyName"]!));
            var parameters = disk["initializeParams"]!;
            Assert.Equal(("projects/debian-cloud/global/images/debian-12-v1", "40", "projects/lab-project/zones/europe-west3-a/diskTypes/pd-ssd"), ((string)parameters["sourceImage"]!, (string)parameters["diskSizeGb"]!, (string)parameters["diskType"]!));
            Assert.Equal((true, true, true), ((bool)body["shieldedInstanceConfig"]!["enableSecureBoot"]!, (bool)body["shieldedInstanceConfig"]!["enableVtpm"]!, (bool)body["shieldedInstanceConfig"]!["enableIntegrityMonitoring"]!));
            var nic = body["networkInterfaces"]![0]!;
            Assert.Equal("projects/host-project/regions/europe-west3/subnetworks/builders", (string)nic["subnetwork"]!);
            Assert.Null(nic["accessConfigs"]);
            Assert.Null(nic["network"]);
            Assert.Equal("vm@lab-project.iam.gserviceaccount.com", (string)body["serviceAccounts"]![0]!["email"]!);
            Assert.Equal("build", (string)body["tags"]!["items"]![0]!);
            Assert.Equal(("lab", "build"), ((string)body["labels"]!["team"]!, (string)body["labels"]!["purpose"]!));
            var metadata = body["metadata"]!["items"]!.AsArray().ToDictionary(i => (string)i!["key"]!, i => (string)i!["value"]!);
            Assert.Equal(("TRUE", "FALSE", "lab", $"builder:{Sessions.PublicKey}"), (metadata["enable-guest-attributes"], metadata["enable-oslogin"], metadata["team"], metadata["ssh-keys"]));
            Assert.DoesNotContain("PRIVATE KEY", body.ToJsonString(), StringComparison.Ordinal);

            // The test machine is as the image is: no script, no disk size.
            var test = site.Cloud.Requests.Last(r => r.Method == "compute.instances.insert").Body!;
            Assert.Null(test["disks"]![0]!["initializeParams"]!["diskSizeGb"]);
            Assert.DoesNotContain("startup-script", test["metadata"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.All(site.Cloud.Requests.Where(r => r.Method.EndsWith(".insert", StringComparison.Ordinal) || r.Method.EndsWith(".delete", StringComparison.Ordinal)), r => Assert.True(Guid.TryParse(r["requestId"], out _)));
        });

    [Fact]
    public Task Image_IsAskedForAsTheTargetSays_AndJoinsItsFamilyLast() => BuildAsync(
        gcp => gcp with
        {
            Image = gcp.Image with
            {
                KmsKeyName = Key,
                GuestOsFeatures = ["GVNIC"],
                Licenses = ["projects/vm-options/global/licenses/enable-vmx"],
                UefiKeys = new() { Pk = Certificate, Dbs = [Certificate], Dbxs = ["AAAA"] },
                Labels = new Dictionary<string, string> { ["release"] = "one" },
            },
        },
        (site, at) =>
        {
            var body = Body(site, "compute.images.insert");
            Assert.Null(body["family"]);
            Assert.Equal((Key, "eu", "GVNIC", "one"), ((string)body["imageEncryptionKey"]!["kmsKeyName"]!, (string)body["storageLocations"]![0]!, (string)body["guestOsFeatures"]![0]!["type"]!, (string)body["labels"]!["release"]!));
            var keys = body["shieldedInstanceInitialState"]!;
            Assert.Equal(("X509", "X509", "BIN"), ((string)keys["pk"]!["fileType"]!, (string)keys["dbs"]![0]!["fileType"]!, (string)keys["dbxs"]![0]!["fileType"]!));
            var image = site.Read(at.Case.Status!.Artifacts![0].Id);
            // Those of the source are inherited.
            Assert.Equal(2, image["licenses"]!.AsArray().Count);
            var calls = site.Cloud.Calls.ToList();
            Assert.True(calls.LastIndexOf("compute.instances.insert") < calls.IndexOf("compute.images.patch"));
            var deprecated = site.Read($"projects/{GcpSite.Project}/global/images/web-1")["deprecated"]!;
            var obsolete = DateTimeOffset.Parse((string)deprecated["obsolete"]!, System.Globalization.CultureInfo.InvariantCulture);
            var since = DateTimeOffset.Parse((string)deprecated["deprecated"]!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(TimeSpan.FromDays(30), obsolete - since);
        });

    [Fact]
    public async Task Disk_InStorage_IsImportedForTheBuildOnly()
    {
        await using var site = new GcpSite();
        site.Cloud.Storage.Put("images/disk.tar.gz");
        site.Gcp = site.Gcp with { Source = new() { Storage = "gs://images/disk.tar.gz" } };
        var tally = new Tally(site, Output);
        await tally.CaseAsync("import", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(("gs://images/disk.tar.gz", "gcs-generation:1700000000000000"), (at.Case.Status!.Source!.Id, at.Case.Status.Source.Digest));
            Assert.Equal("https://storage.googleapis.com/images/disk.tar.gz", (string)Body(site, "compute.images.insert")["rawDisk"]!["source"]!);
        });
        site.Cloud.Storage.Put("images/disk.tar.gz");
        await tally.CaseAsync("written anew", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal("gcs-generation:1700000000000001", at.Case.Status!.Source!.Digest);
        });
        site.Cloud.Storage.Remove("images/disk.tar.gz");
        await tally.CaseAsync("no such object", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(TargetPhase.Failed, outcome!.Status.Phase);
            Assert.Contains("there is no object gs://images/disk.tar.gz", outcome.Status.Failure!.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(site.Cloud.Calls, c => c.EndsWith(".insert", StringComparison.Ordinal));
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Disk_InStorage_KilledAtItsImport_NothingIsLeftOrLost()
    {
        await using var site = new GcpSite();
        site.Cloud.Storage.Put("images/disk.tar.gz");
        site.Gcp = site.Gcp with { Source = new() { Storage = "gs://images/disk.tar.gz" } };
        await new KillMatrix(Output, "compute.images.insert").RunAsync(site);
    }

    [Theory]
    [InlineData("obsolete", "is OBSOLETE", "web-2")]
    [InlineData("gone", "there is no image", "who may use it")]
    public async Task Source_ThatCannotBeUsed_IsToldBeforeAnythingIsMade(string which, string message, string hint)
    {
        await using var site = new GcpSite();
        site.Image(GcpSite.Project, "obsolete")["deprecated"] = new JsonObject { ["state"] = "OBSOLETE", ["replacement"] = $"{GoogleState.Root}projects/{GcpSite.Project}/global/images/web-2" };
        site.Gcp = site.Gcp with { Source = new() { Image = which } };
        await FailAsync(site, Reasons.SourceUnavailable, message, hint);
    }

    [Fact]
    public async Task Name_OfAnothersImage_IsToldBeforeAnythingIsMade_AndTheImageStays()
    {
        await using var site = new GcpSite();
        site.Image(GcpSite.Project, "web-lab-1");
        await FailAsync(site, Reasons.CaptureFailed, "has another image of the name web-lab-1", "nameRule: Suffix");
    }

    [Fact]
    public async Task StartupScript_ThatFails_FailsTheBuild()
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.StartupExitCode = "3";
        await FailAsync(site, Reasons.MachineFailed, "gcp.startupScript ended with the exit code 3", "console", made: true);
    }

    [Fact]
    public async Task Guest_WithoutAnAgent_IsToldInTime()
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.HasGuestAgent = false;
        await FailAsync(site, Reasons.MachineFailed, "has told no host keys within 10m", "google-guest-agent", made: true);
    }

    /// <summary>Nobody waits for what only the organization can change.</summary>
    [Theory]
    [InlineData("compute.vmExternalIpAccess", "network.connect: Iap")]
    [InlineData("compute.requireShieldedVm", "shieldedVm: {secureBoot: true}")]
    [InlineData("compute.trustedImageProjects", "gcp.source.project")]
    public async Task OrganizationPolicy_ThatForbidsTheMachine_IsNamedAtOnce(string constraint, string hint)
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.Constraints.Add(constraint);
        await FailAsync(site, Reasons.MachineFailed, $"constraints/{constraint}", hint, made: true, check: () => Assert.Single(site.Cloud.Calls, c => c == "compute.instances.insert"));
    }

    [Fact]
    public async Task OrganizationPolicy_ThatTheTargetKeeps_IsNoMatter()
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.Constraints.UnionWith(["compute.vmExternalIpAccess", "compute.requireShieldedVm"]);
        site.Gcp = site.Gcp with { Network = new() { Connect = GcpConnect.Internal }, ShieldedVm = new() { SecureBoot = true } };
        var tally = new Tally(site, Output);
        await tally.CaseAsync("as the policies want it", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        tally.AssertGood();
    }

    [Fact]
    public async Task TwoTargetsOfABuild_WithOneImageName_HaveAnImageEach()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { Image = site.Gcp.Image with { NameRule = GcpNameRule.Suffix, Family = null, OlderImages = null } };
        var tally = new Tally(site, Output);
        await tally.CaseAsync("two targets", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            site.Given = new() { Name = "lab-2", Gcp = site.Gcp };
            var other = new Case(site) { Uid = at.Case.Uid };
            var outcome = await other.RunAsync(other.NextProcess());
            Assert.Equal((TargetPhase.Succeeded, null), (outcome!.Status.Phase, outcome.Status.Failure?.Message));
            Assert.NotEqual(at.Case.Status!.Artifacts![0].Id, outcome.Status.Artifacts![0].Id);
        });
        tally.AssertGood();
    }

    /// <summary>Longer than the cloud's own stop lets it: a database that writes what it has, for instance.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guest_WhoseShutdownTakesLong_IsNotCutShort(bool spot)
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { Spot = spot };
        site.Cloud.Instances.Shutdown = TimeSpan.FromMinutes(5);
        var tally = new Tally(site, Output);
        await tally.CaseAsync("slow shutdown", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.DoesNotContain("compute.instances.stop", site.Cloud.Calls);
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Guest_ThatDoesNotPowerOff_IsStoppedByTheCloud_WithAWarning()
    {
        await using var site = new GcpSite();
        site.Cloud.Instances.PowersOff = false;
        var tally = new Tally(site, Output);
        await tally.CaseAsync("no power-off", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Single(site.Cloud.Calls, c => c == "compute.instances.stop");
            Assert.Contains(at.Case.Log.Events.OfType<Engine.Events.BuildEvent.Message>(), m => m.Level == Engine.Events.MessageLevel.Warning && m.Text.Contains("has not powered itself off within 10m", StringComparison.Ordinal));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Image_ThatFails_IsToldWithGooglesWord_AndIsRemoved()
    {
        await using var site = new GcpSite();
        site.Cloud.Images.Failure = (403, "QUOTA_EXCEEDED", "Quota 'SNAPSHOTS' exceeded.  Limit: 1.0 globally.");
        await FailAsync(site, Reasons.NoCapacity, "QUOTA_EXCEEDED", "SNAPSHOTS", made: true);
    }

    [Fact]
    public async Task Labels_ThatOthersChangeMeanwhile_AreReadAnew()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("labels", async at =>
        {
            var process = at.Case.NextProcess();
            var tries = new List<DateTimeOffset>();
            process.AtPoint = name =>
            {
                if (name != "compute.images.setLabels") return;
                tries.Add(site.Time.GetUtcNow());
                if (tries.Count > 1) return;
                var image = site.Read($"projects/{GcpSite.Project}/global/images/web-lab-1");
                image["labels"]!["others"] = "too";
                image["labelFingerprint"] = GoogleState.Fingerprint(image["labels"]);
            };
            await at.AssertRightAsync(await at.Case.RunAsync(process));
            Assert.True(tries[1] > tries[0], "it was not waited between the tries");
            Assert.Equal("too", (string)site.Read(at.Case.Status!.Artifacts![0].Id)["labels"]!["others"]!);
        });
        tally.AssertGood();
    }

    /// <summary>Who repeats the request for an image with its ID says the same as the attempt that said it first.</summary>
    [Fact]
    public async Task Image_AskedForAndNotSeenYet_IsAskedForAgainInTheSameWords()
    {
        await using var site = new GcpSite();
        site.Cloud.State.Timings = site.Cloud.State.Timings with { Visible = TimeSpan.FromSeconds(20) };
        var tally = new Tally(site, Output);
        await tally.CaseAsync("next attempt", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name => { if (name == "compute.images.insert!") process.Kill(); };
            Assert.Null(await at.Case.RunAsync(process));
            site.Pass(TimeSpan.FromSeconds(3));
            var machines = site.BuildMachines;
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var asked = site.Cloud.Requests.Where(r => r.Method == "compute.images.insert").ToList();
            Assert.Equal((2, asked[0]["requestId"], asked[0].Body!.ToJsonString(), machines), (asked.Count, asked[1]["requestId"], asked[1].Body!.ToJsonString(), site.BuildMachines));
        });
        tally.AssertGood();
    }

    /// <summary>The call has had its effect, and the etag is another one since: the same call again is refused.</summary>
    [Fact]
    public async Task Policy_WhoseAnswerWasLost_IsReadAnew()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("lost answer", async at =>
        {
            site.Cloud.Faults = [new("compute.images.setIamPolicy", 1, 1, FaultKind.LostAnswer)];
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal(1, site.Cloud.Injected);
            Assert.Equal(2, site.Cloud.Calls.Count(c => c == "compute.images.getIamPolicy"));
        });
        tally.AssertGood();
    }

    /// <summary>Someone has deleted the image and made another one of its name: that is not what the build has made.</summary>
    [Fact]
    public async Task Artifact_WhoseNameIsAnothers_IsGone()
    {
        await using var site = new GcpSite();
        var tally = new Tally(site, Output);
        await tally.CaseAsync("replaced", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var artifact = Assert.Single(at.Case.Status!.Artifacts!);
            Assert.True(await ExistsAsync());
            site.Read(artifact.Id)["id"] = "5000000000000000000";
            Assert.False(await ExistsAsync());

            async Task<bool> ExistsAsync()
            {
                await using var platform = site.Platform(new Process(1)).Create(new()
                {
                    Identity = new("uid", "images", "web", "lab", 1),
                    Target = site.Target,
                    Communicator = new(),
                    Ledger = ImageOperator.Engine.Clouds.GoneBuild.Ledger,
                    Folders = site.Folders,
                    Volumes = null!,
                    Observer = at.Case.Log,
                    Time = site.Time,
                });
                return await platform.ArtifactExistsAsync(artifact, CancellationToken.None);
            }
        });
        tally.AssertGood();
    }
}
