using System.Formats.Tar;
using System.IO.Compression;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Provisioners;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Builds;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Exports whose worker runs: its script reads a disk, and Cloud Storage has the bytes.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpExportMachineTests(ITestOutputHelper output) : IDisposable
{
    private const string Path = "disks/web.tar.gz";

    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Some chunks are taken in part, and some are answered with an error.</summary>
    [Fact]
    public Task Build_IsExported_WithEveryByteOfItsDisk() => BuildAsync(
        (site, guests) =>
        {
            (site.Cloud.Storage.MostOfChunk, site.Cloud.Storage.ChunkErrors) = (3 << 20, 2);
            guests.Change = script => script.Replace("CHUNK = 16 << 20", "CHUNK = 4 << 20", StringComparison.Ordinal);
            site.Cloud.Storage.MayCreate = token => token == guests.Token;
        },
        async (site, guests, at, outcome) =>
        {
            await at.AssertRightAsync(outcome);
            var stored = site.Cloud.Storage.Find(Path)!;
            Assert.Equal(("application/gzip", at.Case.Uid), ((string?)stored.Described["contentType"], (string?)stored.Described["metadata"]!["imageoperator-build-uid"]));
            Assert.True(site.Cloud.Storage.Chunks > 4, $"{site.Cloud.Storage.Chunks} chunks");

            var (entry, content) = await UnpackAsync(stored.Content);
            Assert.Equal(("disk.raw", TarEntryFormat.Gnu), (entry.Name, entry.Format));
            Assert.Equal(guests.Disk, content);
            var disk = System.IO.Path.Combine(_folder, "disk.raw");
            await File.WriteAllBytesAsync(disk, content);
            Assert.Contains("built by root", await RunAsync("/sbin/debugfs", "-R", "cat /motd", disk), StringComparison.Ordinal);

            // As Google's instructions unpack it.
            var archive = System.IO.Path.Combine(_folder, "web.tar.gz");
            await File.WriteAllBytesAsync(archive, stored.Content);
            File.Delete(disk);
            await RunAsync("tar", "-Sxzf", archive, "-C", _folder);
            Assert.Equal(guests.Disk, await File.ReadAllBytesAsync(disk));
        });

    [Fact]
    public Task Account_ThatMayNotCreate_IsTold() => BuildAsync(
        (site, _) => site.Cloud.Storage.MayCreate = _ => false,
        (_, _, at, outcome) => FailedAsync(at, outcome, "storage.objects.create access", "roles/storage.objectCreator"));

    [Fact]
    public Task Bucket_ThatIsNotThere_IsTold() => BuildAsync(
        (site, _) => site.Cloud.Storage.Buckets = new HashSet<string> { "others" },
        (_, _, at, outcome) => FailedAsync(at, outcome, "404: The specified bucket does not exist.", "make the bucket disks"));

    [Fact]
    public Task Machine_WithoutAnAccount_IsTold() => BuildAsync(
        (_, guests) => guests.Token = null, (_, _, at, outcome) => FailedAsync(at, outcome, "the metadata server says 404", "still exist"));

    [Fact]
    public Task Worker_WithoutPython_IsTold() => BuildAsync(
        (_, guests) => guests.Change = script => script.Replace("command -v python3", "command -v no-python3", StringComparison.Ordinal),
        (_, _, at, outcome) => FailedAsync(at, outcome, "there is no python3", "docs/platforms/google-cloud.md"));

    [Fact]
    public Task Object_WithOtherBytesThanWereSent_FailsTheBuild_AndIsRemoved() => BuildAsync(
        (site, _) => site.Cloud.Storage.Damage = content => content[content.Length / 2] ^= 1,
        (_, _, at, outcome) => FailedAsync(at, outcome, "has the MD5", "build again"));

    private static Task FailedAsync(Tally.At at, BuildOutcome outcome, string message, string hint)
    {
        Assert.Equal(Reasons.DistributionFailed, outcome.Status.Failure!.Reason);
        Assert.Contains(message, outcome.Status.Failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint, outcome.Status.Failure.Hint, StringComparison.Ordinal);
        return at.AssertAsBeforeAsync();
    }

    private async Task BuildAsync(Action<GcpSite, GoogleGuests> prepare, Func<GcpSite, GoogleGuests, Tally.At, BuildOutcome, Task> check)
    {
        await using var machines = new SshMachines();
        await using var site = new GcpSite(new QuickTime(20));
        await using var guests = new GoogleGuests(site.Cloud.State, machines);
        using var server = new GoogleServer(site.Cloud);
        site.Storage = server.Address;
        site.Gcp = site.Gcp with { StartupScript = null, Export = new() { Storage = $"gs://{Path}", ServiceAccount = new() { Email = "worker@lab-project.iam.gserviceaccount.com" } } };
        site.Cloud.Instances.HostKeyOf = machines.HostKey;
        prepare(site, guests);
        var tally = new Tally(site, output);
        await tally.CaseAsync("an export", async at =>
        {
            site.Cloud.State.Host = guests;
            var soon = TimeSpan.FromSeconds(2);
            site.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon };
            at.Case.Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All);
            at.Case.Template = new()
            {
                Targets = [],
                Communicator = new() { Ssh = new() { User = "root", Timeout = Api.Common.Duration.FromSeconds(8) } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built by $(whoami) > /mnt/motd", "head -c 12000000 /dev/urandom > /mnt/noise"] } }],
            };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            await check(site, guests, at, outcome!);
        });
        tally.AssertGood();
    }

    private static async Task<(TarEntry Entry, byte[] Content)> UnpackAsync(byte[] archive)
    {
        await using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        var entry = (await tar.GetNextEntryAsync(copyData: true))!;
        var content = new MemoryStream();
        await entry.DataStream!.CopyToAsync(content);
        Assert.Null(await tar.GetNextEntryAsync());
        return (entry, content.ToArray());
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return said;
    }
}
