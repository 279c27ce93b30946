using ImageOperator.Api.ImageBuilds;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>The captured disk as a page blob of Azurite, which has copied it when it answers: what it takes and says, the double does, too.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureStorageTests(ITestOutputHelper output)
{
    private const string Blob = "vhds/web-lab-1.vhd";

    [Fact]
    public Task Disk_IsCopiedByteForByte_AndKnownAgain() => CaseAsync(async (storage, disk, at) =>
    {
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        Assert.Equal((TargetPhase.Succeeded, (string?)null), (outcome!.Status.Phase, outcome.Status.Failure?.Message));
        var artifact = Assert.Single(at.Case.Status!.Artifacts!);
        Assert.Equal((AzureSite.Vhd, (long?)disk.Length), (artifact.Id, artifact.SizeBytes));
        Assert.Equal(disk, await storage.ReadAsync(Blob));
    });

    [Fact]
    public Task Copied_AndKilled_TheSweeperRemovesIt() => CaseAsync(async (storage, _, at) =>
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name => { if (name == "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write!") process.Kill(); };
        Assert.Null(await at.Case.RunAsync(process));
        Assert.NotNull(await storage.ReadAsync(Blob));
        Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        Assert.Null(await storage.ReadAsync(Blob));
        await at.AssertAsBeforeAsync();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task BlobOfOthers_StaysAsItIs(bool before) => CaseAsync(async (storage, _, at) =>
    {
        var process = at.Case.NextProcess();
        if (before) await storage.AddAsync(Blob);
        else storage.BeforeCopy = () => storage.AddAsync(Blob);
        var outcome = await at.Case.RunAsync(process);
        Assert.Equal($"azure.image.vhd.name: {AzureSite.Vhd} is there already, and is not this build's", outcome!.Status.Failure!.Message);
        Assert.Equal(512, (await storage.ReadAsync(Blob))?.Length);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task NoContainer_IsNamed() => CaseAsync(
        async (_, _, at) =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal("azure.image.vhd.container: there is no container others in the storage account account", outcome!.Status.Failure!.Message);
        },
        "others");

    private async Task CaseAsync(Func<AzuriteServer, byte[], Tally.At, Task> run, string container = "vhds")
    {
        var disk = new byte[(64 << 10) + 512];
        new Random(1).NextBytes(disk);
        await using var storage = await AzuriteServer.StartAsync(disk);
        await using var site = new AzureSite();
        site.Cloud.Storage = storage;
        var vhd = site.Azure.Image.Vhd! with { Container = container };
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Gallery = null, Snapshot = null, Vhd = vhd } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("azurite", at => run(storage, disk, at));
        tally.AssertGood();
    }
}
