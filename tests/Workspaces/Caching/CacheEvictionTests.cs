using System.Diagnostics;
using System.Globalization;
using ImageOperator.Downloads;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Workspaces.Tests.Caching;

/// <summary>Eviction from a cache that processes share.</summary>
public sealed class CacheEvictionTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _cache = Directory.CreateTempSubdirectory("io-cache-").FullName;
    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public void TooLarge_GoesWhatWasUsedLongestAgo()
    {
        foreach (var (name, days) in new[] { ("sources/a", 3), ("workspace/blobs/owner/b", 1), ("workspace/git/c.pack", 2) }) Put(name, 100, Now.AddDays(-days));

        Assert.Equal(100, Evict(new(200, null)));

        Assert.Equal(["workspace/blobs/owner/b", "workspace/git/c.pack"], Files());
    }

    [Fact]
    public void TooOld_CountsFromTheLastUse()
    {
        Put("sources/old", 10, Now.AddDays(-40));
        Put("sources/used", 10, Now.AddDays(-40));
        using (CachedFile.Hold(Path.Combine(_cache, "sources/used"), _time))
        {
        }

        _time.Advance(TimeSpan.FromDays(20));
        Assert.Equal(10, Evict(new(null, TimeSpan.FromDays(30))));
        Assert.Equal(["sources/used"], Files());

        _time.Advance(TimeSpan.FromDays(11));
        Evict(new(null, TimeSpan.FromDays(30)));
        Assert.Empty(Files());
    }

    [Fact]
    public void WhatAKilledFetchLeft_Goes_ButNotUnderItsFetcher()
    {
        foreach (var name in new[] { "sources/a.partial", "sources/a.partial.json", $"workspace/git/b.pack.{Guid.NewGuid():N}.partial", "verified/c.json" }) Put(name, 10, Now.AddDays(-40));
        using (var fetching = new FileStream(Path.Combine(_cache, "sources/a.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Evict(new(null, TimeSpan.FromDays(30)));
            Assert.Equal(["sources/a.partial", "sources/a.partial.json"], Files());
        }

        Evict(new(null, TimeSpan.FromDays(30)));
        Assert.Empty(Files());
    }

    [Fact]
    public void NoLimits_NothingGoes()
    {
        Put("sources/a", 10, Now.AddYears(-1));

        Assert.Equal(0, Evict(new(null, null)));

        Assert.Equal(["sources/a"], Files());
    }

    [Fact]
    public void InUse_Stays_AndIsHeldOnlyWhileItHasItsName()
    {
        Put("sources/a", 10, Now);
        var path = Path.Combine(_cache, "sources/a");
        using (var first = CachedFile.Hold(path, _time))
        using (var second = CachedFile.Hold(path, _time))
        {
            Assert.NotNull(second);
            Assert.Equal(0, Evict(new(0, null)));
            Assert.True(File.Exists(path));
        }

        Assert.Equal(10, Evict(new(0, null)));
        Assert.Null(CachedFile.Hold(path, _time));
    }

    [Fact]
    public async Task InUseByAnotherProcess_Stays_UntilThatIsKilled()
    {
        Put("sources/sha256-0", 10, Now);
        using var user = Start("hold");
        Assert.Equal("held", await user.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Assert.Equal(0, Evict(new(0, null)));
        user.Kill();
        await user.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(10, Evict(new(0, null)));
    }

    [Fact]
    public async Task BuildsAndEvictions_SideBySide_AndKilledAnywhere_NobodyLosesWhatIsInUse()
    {
        Directory.CreateDirectory(Path.Combine(_cache, "sources"));
        var users = Enumerable.Range(0, 3).Select(n => Start("use", "400", n.ToString(CultureInfo.InvariantCulture))).ToList();
        // Users and evictions are killed at whatever point they are: a victim runs until the others have got on.
        for (var kill = 0; kill < 6; kill++)
        {
            using var eviction = Start("evict");
            using var victim = Start("use", "1000000", (100 + kill).ToString(CultureInfo.InvariantCulture));
            for (var lines = 0; lines <= kill; lines++) Assert.Equal(CacheWorker.GotOn, await victim.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            victim.Kill();
            eviction.Kill();
            await Task.WhenAll(victim.WaitForExitAsync(TestContext.Current.CancellationToken), eviction.WaitForExitAsync(TestContext.Current.CancellationToken));
            Assert.DoesNotContain("is not what it was", await victim.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using (var last = Start("evict"))
        {
            foreach (var user in users)
            {
                var said = await user.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                await user.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(user.ExitCode == 0, said);
                user.Dispose();
            }

            last.Kill();
            await last.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        foreach (var number in Enumerable.Range(0, CacheWorker.Names).Where(n => File.Exists(CacheWorker.PathOf(_cache, n)))) Assert.Equal(CacheWorker.ContentOf(number), File.ReadAllBytes(CacheWorker.PathOf(_cache, number)));
        Evict(new(0, null));
        Assert.Empty(Files());
    }

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    private long Evict(CacheLimits limits) => new CacheEviction(_cache, limits, _time, _ => { }).Run(TestContext.Current.CancellationToken);

    private void Put(string name, int size, DateTimeOffset used)
    {
        var path = Path.Combine(_cache, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[size]);
        File.SetLastWriteTimeUtc(path, used.UtcDateTime);
        if (name.Contains(".partial", StringComparison.Ordinal) || name.StartsWith("verified", StringComparison.Ordinal)) return;
        File.WriteAllBytes(path + CachedFile.LockSuffix, []);
        File.SetLastWriteTimeUtc(path + CachedFile.LockSuffix, used.UtcDateTime);
    }

    private IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(_cache, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(CachedFile.LockSuffix, StringComparison.Ordinal)).Select(f => Path.GetRelativePath(_cache, f)).Order(StringComparer.Ordinal)];

    private Process Start(string what, params string[] rest) => Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(CacheEvictionTests).Assembly.Location, CacheWorker.Command, what, _cache, .. rest])
    { RedirectStandardOutput = true })!;
}
