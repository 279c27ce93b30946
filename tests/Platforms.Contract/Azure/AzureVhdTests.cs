using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>The captured disk as a page blob.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureVhdTests(ITestOutputHelper output)
{
    private const string Write = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";

    [Fact]
    public Task VhdOnly_IsMadeOfASnapshotThatGoesAgain() => CaseAsync(async (site, at) =>
    {
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        var artifact = Assert.Single(at.Case.Status!.Artifacts!);
        Assert.Equal(("azure-vhd", AzureSite.Vhd), (artifact.Type, artifact.Id));
        Assert.Single(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/snapshots/endGetAccess/action");
        Assert.Contains(at.Case.Log.Events.OfType<BuildEvent.Progress>(), p => p is { Text: "copying the disk to web-lab-1.vhd", Fraction: > 0 and < 1 });
    });

    [Fact]
    public Task Signature_IsToldToTheStorageOnly() => CaseAsync(async (site, at) =>
    {
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        Assert.Contains("s3cret", Assert.Single(site.Cloud.Blobs.Sources), StringComparison.Ordinal);
        Assert.DoesNotContain(at.Case.Log.Events, e => e.ToString()!.Contains("s3cret", StringComparison.Ordinal));
        Assert.DoesNotContain(at.Case.Store.History, s => s.Contains("s3cret", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public Task CopyFails_ItIsTriedAgain_ThenTheBuildFailsAndLeavesNothing(int times, bool succeeds) => CaseAsync(async (site, at) =>
    {
        site.Cloud.Blobs.Failing = times;
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        Assert.Equal(succeeds ? 2 : 3, site.Cloud.Blobs.Sources.Distinct().Count());
        if (succeeds)
        {
            await at.AssertRightAsync(outcome);
            return;
        }

        Assert.Equal((TargetPhase.Failed, (string?)null), (outcome!.Status.Phase, outcome.Status.CleanupErrors?[0]));
        Assert.Contains($"azure.image.vhd: the storage could not copy to {AzureSite.Vhd}: failed 500", outcome.Status.Failure!.Message, StringComparison.Ordinal);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task CopyUnderWay_IsTakenUpByTheNextAttempt() => CaseAsync(async (site, at) =>
    {
        Assert.Null(await at.Case.RunAsync(KilledAfterTheCopyBegan(at)));
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        Assert.Single(site.Cloud.Blobs.Sources);
        Assert.Single(site.Cloud.Requests, r => r.Action == "Microsoft.Compute/snapshots/beginGetAccess/action");
    });

    [Fact]
    public Task CopyUnderWay_IsEndedAndRemovedByTheSweeper() => CaseAsync(async (site, at) =>
    {
        Assert.Null(await at.Case.RunAsync(KilledAfterTheCopyBegan(at)));
        Assert.Contains(site.Cloud.Blobs.All, b => b.CopyStatus == "pending");
        Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task BlobOfOthers_TheBuildFailsBeforeItMakesAnything_AndLeavesIt() => CaseAsync(
        async (_, at) =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal((TargetPhase.Failed, BuildStage.SourceResolved), (outcome!.Status.Phase, outcome.Status.Failure!.Stage));
            Assert.Equal($"azure.image.vhd.name: {AzureSite.Vhd} is there already, and is not this build's", outcome.Status.Failure.Message);
            await at.AssertAsBeforeAsync();
        },
        site => site.Cloud.Blobs.Add(AzureSite.Vhd, "0x1"));

    [Fact]
    public Task BlobOfOthers_MadeMeanwhile_IsNeitherTakenNorRemoved() => CaseAsync(async (site, at) =>
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name => { if (name == Write) site.Cloud.Blobs.Add(AzureSite.Vhd, "0x1"); };
        var outcome = await at.Case.RunAsync(process);
        Assert.StartsWith("azure.image.vhd.name: ", outcome!.Status.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal("0x1", site.Cloud.Blobs.Find(AzureSite.Vhd)?.Tag);
        site.Cloud.Blobs.Remove(AzureSite.Vhd);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public Task NoContainer_TheBuildFailsBeforeItMakesAnything() => CaseAsync(
        async (_, at) =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Equal(BuildStage.SourceResolved, outcome!.Status.Failure!.Stage);
            Assert.Equal("azure.image.vhd.container: there is no container vhds in the storage account account", outcome.Status.Failure.Message);
        },
        site => site.Cloud.Blobs.Containers.Clear());

    [Fact]
    public Task Blob_ThatWasWrittenToSince_IsNotWhatTheBuildMade() => CaseAsync(async (site, at) =>
    {
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        var artifact = at.Case.Status!.Artifacts!.Single();
        Assert.True(await ExistsAsync());
        var blob = site.Cloud.Blobs.Find(AzureSite.Vhd)!;
        (var tag, blob.Tag) = (blob.Tag, "0x2");
        Assert.False(await ExistsAsync());
        blob.Tag = tag;
        Assert.False(await ExistsAsync(artifact with { Id = "https://elsewhere.example/vhds/web-lab-1.vhd" }));

        async Task<bool> ExistsAsync(Artifact? other = null)
        {
            var process = new Process(9);
            var context = new Engine.Ports.PlatformContext
            {
                Identity = new("other", "images", "web", "lab", 1),
                Target = site.Target,
                Communicator = new(),
                Ledger = null!,
                Folders = site.Folders,
                Volumes = null!,
                Observer = at.Case.Log,
                Time = site.Time,
            };
            await using var platform = new AzurePlatformFactory(site.Options(process)).Create(context);
            var work = platform.ArtifactExistsAsync(other ?? artifact, TestContext.Current.CancellationToken);
            await site.RunAsync(work, process);
            return await work;
        }
    });

    private static Process KilledAfterTheCopyBegan(Tally.At at)
    {
        var process = at.Case.NextProcess();
        process.AtPoint = name => { if (name == Write + "!") process.Kill(); };
        return process;
    }

    private async Task CaseAsync(Func<AzureSite, Tally.At, Task> run, Action<AzureSite>? prepare = null)
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { Image = site.Azure.Image with { ManagedImage = null, Gallery = null, Snapshot = null } };
        prepare?.Invoke(site);
        var tally = new Tally(site, output);
        await tally.CaseAsync("vhd", at => run(site, at));
        tally.AssertGood();
    }
}
