using System.Security.Cryptography;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Sources;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Sources;

public sealed class SourceResolverTests : IDisposable
{
    private readonly Lab _lab = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100_000);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Sum => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(_content));

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Resolve_HostPath_IsUsedWhereItStands()
    {
        var source = await FileAsync();
        await using var platform = _lab.Platform(_lab.Target(source));
        var resolved = await platform.ResolveSourceAsync(Stop);
        Assert.Equal(($"hostpath:{source.HostPath!.Path}", Sum), (resolved.Id, resolved.Digest));
        Assert.False(Directory.Exists(Path.Combine(_lab.Folders.Cache, "sources")));
    }

    [Fact]
    public async Task Recall_FileUnchanged_KnownUntilItChanges()
    {
        var source = await FileAsync();
        await using (var platform = _lab.Platform(_lab.Target(source))) await platform.ResolveSourceAsync(Stop);
        var verified = new VerifiedFiles(_lab.Folders.Cache);
        var path = source.HostPath!.Path;
        Assert.Equal(new DiskImage(path, "raw", 100_352), await verified.RecallAsync(path, Checksum.Parse(Sum), Stop));
        Assert.Null(await verified.RecallAsync(path, Checksum.Parse("sha256:" + new string('0', 64)), Stop));

        // The same size and time, other bytes: the change time gives it away.
        var modified = File.GetLastWriteTimeUtc(path);
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(100_000), Stop);
        File.SetLastWriteTimeUtc(path, modified);
        Assert.Null(await verified.RecallAsync(path, Checksum.Parse(Sum), Stop));
        await using var again = _lab.Platform(_lab.Target(source));
        Assert.Equal(Reasons.ChecksumMismatch, (await Assert.ThrowsAsync<PlatformException>(() => again.ResolveSourceAsync(Stop))).Reason);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Resolve_MissingFile_SaysWhich()
    {
        await using var platform = _lab.Platform(_lab.Target(new QemuSource { HostPath = new HostPathFile { Path = "/no/such.qcow2" }, Checksum = Sum }));
        var failure = await Assert.ThrowsAsync<PlatformException>(() => platform.ResolveSourceAsync(Stop));
        Assert.Equal(Reasons.SourceUnavailable, failure.Reason);
        Assert.Contains("/no/such.qcow2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_UrlByTwoBuildsAtOnce_IsFetchedOnce()
    {
        await using var server = new FileServer(_content);
        var source = new QemuSource { Url = server.Url.ToString(), Checksum = Sum };
        var platforms = Enumerable.Range(0, 4).Select(_ => _lab.Platform(_lab.Target(source))).ToList();
        await Task.WhenAll(platforms.Select(p => p.ResolveSourceAsync(Stop)));
        Assert.Single(server.Ranges);
        var cached = Path.Combine(_lab.Folders.Cache, "sources", "sha256-" + Sum[7..]);
        Assert.Equal(_content, await File.ReadAllBytesAsync(cached, Stop));
        foreach (var platform in platforms) await platform.DisposeAsync();
    }

    [Fact]
    public async Task Resolve_CachedImageDamaged_IsFetchedAgain()
    {
        await using var server = new FileServer(_content);
        var source = new QemuSource { Url = server.Url.ToString(), Checksum = Sum };
        await using (var platform = _lab.Platform(_lab.Target(source))) await platform.ResolveSourceAsync(Stop);
        var cached = Path.Combine(_lab.Folders.Cache, "sources", "sha256-" + Sum[7..]);
        await File.AppendAllTextAsync(cached, "damage", Stop);
        await using (var platform = _lab.Platform(_lab.Target(source))) await platform.ResolveSourceAsync(Stop);
        Assert.Equal(_content, await File.ReadAllBytesAsync(cached, Stop));
        Assert.Equal(2, server.Ranges.Count);
        Assert.Contains(_lab.Events.OfType<BuildEvent.Message>(), m => m.Level == MessageLevel.Warning);
    }

    [Fact]
    public async Task CacheLock_Held_WaitsForTheHolder()
    {
        var path = Path.Combine(_lab.Root, "lock");
        var told = false;
        var first = await CacheLock.TakeAsync(path, () => { }, TimeProvider.System, Stop);
        var second = CacheLock.TakeAsync(path, () => told = true, TimeProvider.System, Stop);
        Assert.True(told);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public void Stamp_MissingFile_Null() => Assert.Null(Posix.Stamp("/no/such"));

    private async Task<QemuSource> FileAsync()
    {
        var path = Path.Combine(_lab.Root, "source.img");
        await File.WriteAllBytesAsync(path, _content, Stop);
        return new QemuSource { HostPath = new HostPathFile { Path = path }, Checksum = Sum };
    }
}
