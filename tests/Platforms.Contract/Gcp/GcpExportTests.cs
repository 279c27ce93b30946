using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The export of images to Cloud Storage. The worker's script itself runs in GcpExportScriptTests and GcpExportMachineTests.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpExportTests(ITestOutputHelper output)
{
    private const string Path = "disks/web-lab-1.tar.gz";

    /// <summary>Killed after each of the calls that the export adds; with stride 1 at all points.</summary>
    [Fact]
    public async Task KilledAtEachCallOfTheExport_TheBuildIsRightOrNothingIsLeft()
    {
        await using var site = Site();
        await new KillMatrix(output, "storage.objects.get", "compute.disks.insert", "compute.instances.attachDisk", "compute.instances.getGuestAttributes~", "compute.disks.delete").RunAsync(site);
    }

    [Fact]
    public async Task Worker_OfAnEarlierAttempt_IsGoneOnWith()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync("killed while the worker is at it", async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name =>
            {
                if (name == "compute.instances.attachDisk!") first.Kill();
            };
            Assert.Null(await at.Case.RunAsync(first));
            site.Pass(TimeSpan.FromMinutes(5));
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal((1, 1), (site.Cloud.Instances.Workers, site.BuildMachines));
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Request_IsForADiskToReadOnly_AndNobodyLogsIn()
    {
        await using var site = Site();
        site.Gcp = site.Gcp with { Export = site.Gcp.Export! with { MachineType = "n2-standard-2" }, Network = new() { Tags = ["build"], Connect = GcpConnect.Internal }, ShieldedVm = new() { SecureBoot = true } };
        site.Cloud.State.Timings = site.Cloud.State.Timings with { Export = TimeSpan.FromMinutes(10) };
        var tally = new Tally(site, output);
        await tally.CaseAsync("requests", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var worker = site.Cloud.Requests.Last(r => r.Method == "compute.instances.insert").Body!;
            var metadata = worker["metadata"]!["items"]!.AsArray().ToDictionary(i => (string)i!["key"]!, i => (string)i!["value"]!);
            Assert.Equal(["block-project-ssh-keys", "enable-guest-attributes", "enable-oslogin", "imageoperator-export", "startup-script"], metadata.Keys.Order());
            Assert.Equal(("zones/europe-west3-a/machineTypes/n2-standard-2", "worker@lab-project.iam.gserviceaccount.com"), ((string)worker["machineType"]!, (string)worker["serviceAccounts"]![0]!["email"]!));
            Assert.Equal(("projects/debian-cloud/global/images/family/debian-12", "build", "13200"), ((string)worker["disks"]![0]!["initializeParams"]!["sourceImage"]!, (string)worker["tags"]!["items"]![0]!, (string)worker["scheduling"]!["maxRunDuration"]!["seconds"]!));
            Assert.Null(worker["networkInterfaces"]![0]!["accessConfigs"]);
            Assert.True((bool)worker["shieldedInstanceConfig"]!["enableSecureBoot"]!);
            var attached = site.Cloud.Requests.Single(r => r.Method == "compute.instances.attachDisk").Body!;
            Assert.Equal(("READ_ONLY", "imageoperator-export"), ((string)attached["mode"]!, (string)attached["deviceName"]!));
            Assert.Equal("lab", (string)site.Cloud.Requests.Single(r => r.Method == "compute.disks.insert").Body!["labels"]!["team"]!);
            Assert.Contains(at.Case.Log.Events.OfType<BuildEvent.Progress>(), p => p is { Text: "exporting the image", Fraction: 0.5 });
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task NoRoomForTheWorker_TheNextPlaceIsTried()
    {
        await using var site = Site();
        site.Gcp = site.Gcp with { Zones = [GcpSite.Zone, "europe-west3-b"], Export = site.Gcp.Export! with { MachineType = "e2-small" } };
        site.Cloud.Instances.Stockouts.Add($"e2-small in {GcpSite.Zone}");
        var tally = new Tally(site, output);
        await tally.CaseAsync("stockout", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        tally.AssertGood();
    }

    [Fact]
    public async Task ObjectOfSomeoneElse_IsRefusedBeforeAnythingIsMade_AndStays()
    {
        await using var site = Site();
        site.Cloud.Storage.Put(Path);
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains($"gcp.export.storage: there is an object gs://{Path} already", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            Assert.Contains("$(build.name)", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            Assert.Equal(0, site.BuildMachines);
            await at.AssertAsBeforeAsync();
        });
        Assert.NotNull(site.Cloud.Storage.Find(Path));
        site.Cloud.Storage.Remove(Path);
        tally.AssertGood();
    }

    /// <summary>Someone writes it while the worker is at it: the worker is refused, and what is there is not ours to remove.</summary>
    [Fact]
    public async Task ObjectThatSomeoneElseWritesMeanwhile_FailsTheBuild_AndStays()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken meanwhile", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == "compute.disks.insert!") site.Cloud.Storage.Put(Path, [9]);
            };
            var outcome = await at.Case.RunAsync(process);
            Assert.Contains("which is not of this build", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            Assert.Equal([9], site.Cloud.Storage.Find(Path)!.Content);
            site.Cloud.Storage.Remove(Path);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Theory]
    [InlineData("403: worker@lab-project.iam.gserviceaccount.com does not have storage.objects.create access", "roles/storage.objectCreator")]
    [InlineData("404: The specified bucket does not exist.", "make the bucket disks")]
    [InlineData("no answer within 600 s: timed out", "Private Google Access")]
    public async Task WorkerThatFails_IsTold_AndNothingIsLeft(string why, string hint)
    {
        await using var site = Site();
        site.Cloud.Instances.WorkerFailure = why;
        var tally = new Tally(site, output);
        await tally.CaseAsync("failure", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.DistributionFailed, outcome!.Status.Failure!.Reason);
            Assert.Contains(why, outcome.Status.Failure.Message, StringComparison.Ordinal);
            Assert.Contains(hint, outcome.Status.Failure.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task WorkerThatNeverEnds_FailsTheBuildByItsOwnTimeout()
    {
        await using var site = Site();
        site.Cloud.State.Timings = site.Cloud.State.Timings with { Export = TimeSpan.FromHours(9) };
        site.Gcp = site.Gcp with { Export = site.Gcp.Export! with { Timeout = Api.Common.Duration.FromMinutes(20) } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("timeout", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("gcp.export.timeout, 20m", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task WorkerThatIsTakenAway_FailsTheBuild_AndNothingIsLeft()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync("taken away", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name != "compute.instances.attachDisk!") return;
                var worker = site.Cloud.State.Resources.Values.Single(r => r.Link.Contains("/instances/", StringComparison.Ordinal));
                site.Cloud.State.After(TimeSpan.FromSeconds(10), () => site.Cloud.Instances.EndAsync(worker));
            };
            var outcome = await at.Case.RunAsync(process);
            Assert.Contains("is gone instead of running", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>What fails after the export takes it with it.</summary>
    [Fact]
    public async Task BuildThatFailsAfterItsExport_TakesTheObjectWithIt()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync("cancelled", async at =>
        {
            using var stopping = new CancellationTokenSource();
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == "compute.images.setLabels") stopping.Cancel();
            };
            await at.Case.RunAsync(process, stopping.Token);
            Assert.Contains("storage.objects.delete", site.Cloud.Calls);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task StorageThatFailsForAWhile_IsAskedAgain()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        foreach (var kind in new[] { FaultKind.ServerError, FaultKind.NoConnection, FaultKind.LostAnswer })
        {
            await tally.CaseAsync($"{kind}", async at =>
            {
                site.Cloud.Faults = [new("storage.objects.get", 1, 2, kind), new("compute.disks.insert", 1, 1, kind), new("compute.instances.attachDisk", 1, 1, kind), new("compute.disks.delete", 1, 1, kind)];
                await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
                Assert.Equal(5, site.Cloud.Injected);
            });
        }

        await tally.CaseAsync("denied", async at =>
        {
            site.Cloud.Faults = [new("storage.objects.get", 1, 1, FaultKind.Denied)];
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(Reasons.Unauthorized, outcome!.Status.Failure!.Reason);
            Assert.Contains("needs the permission storage.objects.get", outcome.Status.Failure.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>The next build of the same target is up to date only while the object is there, and still the same.</summary>
    [Fact]
    public async Task Artifact_ExistsWhileTheObjectIsTheSame()
    {
        await using var site = Site();
        var tally = new Tally(site, output);
        await tally.CaseAsync("exists", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            var exported = at.Case.Status!.Artifacts![1];
            Assert.Equal(("disks", $"gs://{Path}", 10L << 30), (exported.Location, exported.Id, exported.VirtualSizeBytes));
            Assert.True(await ExistsAsync(exported));
            Assert.False(await ExistsAsync(exported with { Checksum = "md5:00" }));
            Assert.False(await ExistsAsync(exported with { Id = "gs://disks/other.tar.gz" }));
        });
        tally.AssertGood();

        async Task<bool> ExistsAsync(Api.ImageBuilds.Artifact artifact)
        {
            await using var platform = site.Platform(new Process(1)).Create(new()
            {
                Identity = new("uid", "images", "web", "lab", 1),
                Target = site.Target,
                Communicator = new(),
                Ledger = Engine.Clouds.GoneBuild.Ledger,
                Folders = site.Folders,
                Volumes = null!,
                Observer = new Engine.Tests.Doubles.EventLog(),
                Time = site.Time,
            });
            return await platform.ArtifactExistsAsync(artifact, CancellationToken.None);
        }
    }

    private static GcpSite Site()
    {
        var site = new GcpSite();
        site.Gcp = site.Gcp with { Export = new() { Storage = $"gs://{Path}", ServiceAccount = new() { Email = "worker@lab-project.iam.gserviceaccount.com" } } };
        return site;
    }
}
