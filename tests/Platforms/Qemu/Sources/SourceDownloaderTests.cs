using System.Security.Cryptography;
using ImageOperator.Api.Conditions;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Platforms.Qemu.Tests.Sources;

public sealed class SourceDownloaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-download-").FullName;
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(700_000);
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];
    private readonly HttpClient _http = new();

    private string Target => Path.Combine(_folder, "image");

    private Checksum Expected => new("sha256", Convert.ToHexStringLower(SHA256.HashData(_content)));

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Download_Whole_IsVerifiedAndPlaced()
    {
        await using var server = new FileServer(_content);
        await DownloadAsync(server);
        await AssertPlacedAsync();
    }

    [Fact]
    public async Task Download_Sha512_IsVerified()
    {
        await using var server = new FileServer(_content);
        await RunAsync(server.Url, new Checksum("sha512", Convert.ToHexStringLower(SHA512.HashData(_content))));
        await AssertPlacedAsync();
    }

    [Fact]
    public async Task Download_CutMidway_GoesOnWhereItBroke()
    {
        await using var server = new FileServer(_content, new Answer(CutAfter: 300_000), new Answer(CutAfter: 100_000));
        await DownloadAsync(server);
        await AssertPlacedAsync();
        Assert.Equal(["", "bytes=300000-", "bytes=400000-"], server.Ranges);
    }

    [Fact]
    public async Task Download_RangeIgnored_StartsFromZero()
    {
        await using var server = new FileServer(_content, new Answer(CutAfter: 300_000)) { KnowsRanges = false };
        await DownloadAsync(server);
        await AssertPlacedAsync();
    }

    [Fact]
    public async Task Download_ChangedOnServerMeanwhile_StartsFromZero()
    {
        await using var server = new FileServer(RandomNumberGenerator.GetBytes(700_000), new Answer(CutAfter: 300_000), new Answer(503)) { Tag = "\"old\"" };
        var running = DownloadAsync(server);
        await UntilAsync(() => server.Ranges.Count == 2);
        server.Content = _content;
        server.Tag = "\"new\"";
        await running;
        await AssertPlacedAsync();
    }

    [Fact]
    public async Task Download_LeftByAKilledProcess_IsContinued()
    {
        await using var first = new FileServer(_content, new Answer(CutAfter: 250_000, Hang: true));
        using (var kill = new CancellationTokenSource())
        {
            var running = RunAsync(first.Url, Expected, kill.Token);
            await UntilAsync(() => File.Exists(Target + ".partial") && new FileInfo(Target + ".partial").Length == 250_000);
            await kill.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        await using var second = new FileServer(_content);
        await DownloadAsync(second);
        await AssertPlacedAsync();
        Assert.Equal(["bytes=250000-"], second.Ranges);
    }

    [Fact]
    public async Task Download_DamagedRestOfAnEarlierProcess_IsFetchedAnew()
    {
        await File.WriteAllBytesAsync(Target + ".partial", RandomNumberGenerator.GetBytes(1000), TestContext.Current.CancellationToken);
        await using var server = new FileServer(_content);
        await DownloadAsync(server);
        await AssertPlacedAsync();
        Assert.Equal(["bytes=1000-", ""], server.Ranges);
        Assert.Contains(_said, s => s.Contains("starts over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_Unavailable_WaitsAsLongAsTheServerAsks()
    {
        await using var server = new FileServer(_content, new Answer(503, "Retry-After: 7\r\n"), new Answer(429));
        await DownloadAsync(server);
        await AssertPlacedAsync();
        Assert.Contains(_said, s => s.Contains("503", StringComparison.Ordinal) && s.Contains("again in 7 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_WrongContent_IsRefusedAndRemoved()
    {
        await using var server = new FileServer([1, 2, 3]);
        var failure = await Assert.ThrowsAsync<PlatformException>(() => DownloadAsync(server));
        Assert.Equal((Reasons.ChecksumMismatch, FailureKind.Terminal), (failure.Reason, failure.Kind));
        Assert.Contains(Expected.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("sha256:" + Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task Download_Refused_FailsAtOnce(int status)
    {
        await using var server = new FileServer(_content, new Answer(status));
        var failure = await Assert.ThrowsAsync<PlatformException>(() => DownloadAsync(server));
        Assert.Equal((Reasons.SourceUnavailable, FailureKind.Terminal), (failure.Reason, failure.Kind));
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Download_NobodyAnswers_GivesUpRetryable()
    {
        var server = new FileServer(_content);
        var url = server.Url;
        await server.DisposeAsync();
        var failure = await Assert.ThrowsAsync<PlatformException>(() => RunAsync(url, Expected));
        Assert.Equal((Reasons.SourceUnavailable, FailureKind.Retryable), (failure.Reason, failure.Kind));
    }

    [Fact]
    public async Task Download_FallsSilent_IsContinued()
    {
        await using var server = new FileServer(_content, new Answer(CutAfter: 1000, Hang: true));
        await DownloadAsync(server);
        await AssertPlacedAsync();
        Assert.Equal(["", "bytes=1000-"], server.Ranges);
        Assert.Contains(_said, s => s.Contains("no data", StringComparison.Ordinal));
    }

    private Task DownloadAsync(FileServer server) => RunAsync(server.Url, Expected);

    // Time flies whenever the downloader waits.
    private async Task RunAsync(Uri url, Checksum expected, CancellationToken cancellationToken = default)
    {
        var downloader = new Downloader(_http, _time, (_, _) => { }, _said.Add);
        var running = downloader.DownloadAsync(url, expected, Target, cancellationToken);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await running;
    }

    private async Task AssertPlacedAsync()
    {
        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(condition());
    }
}
