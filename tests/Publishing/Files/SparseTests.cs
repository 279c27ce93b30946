using System.Diagnostics;
using ImageOperator.Publishing.Files;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Http;

namespace ImageOperator.Publishing.Tests.Files;

/// <summary>A disk of 20 GiB, nearly all of it holes.</summary>
public sealed class SparseTests(Bench bench) : IClassFixture<Bench>
{
    private const long Size = 20L << 30;

    /// <summary>What buffers of connections and files may take, whatever a file's size is.</summary>
    private const long Bound = 160L << 20;

    [Fact]
    public async Task TwentyGibibytes_WithGzip_NeedLittleMemory()
    {
        await using var server = await PutServer.StartAsync(Path.Combine(bench.Folder, "gzip"));
        server.ChecksumHeader = "X-Sum";
        var build = Of(new() { Name = "web", Gzip = true, Http = new() { Url = server.Url, ChecksumHeader = "X-Sum" } });

        var (resident, allocated) = await MeasureAsync(build.SucceedAsync);

        Assert.InRange(resident, 0, Bound);
        Assert.InRange(allocated, 0, Size / 50);
        Assert.InRange(new FileInfo(Path.Combine(server.Folder, "web.raw.gz")).Length, 1, 64 << 20);
        Assert.Equal(Size, await UnpackedAsync(Path.Combine(server.Folder, "web.raw.gz")));
    }

    [Fact]
    public async Task TwentyGibibytes_AsTheyAre_NeedLittleMemory()
    {
        await using var server = await PutServer.StartAsync(Path.Combine(bench.Folder, "plain"));
        long taken = 0;
        server.First = async context =>
        {
            if (context.Request.Method == "PUT")
            {
                // A sink: the bytes are counted.
                while (await context.Request.BodyReader.ReadAsync() is { Buffer.Length: > 0 } piece)
                {
                    taken += piece.Buffer.Length;
                    context.Request.BodyReader.AdvanceTo(piece.Buffer.End);
                }
            }
            else if (taken > 0) context.Response.Headers["X-Sum"] = Known["sha256:".Length..];
            else context.Response.StatusCode = 404;
            return true;
        };
        var build = Of(new() { Name = "web", Http = new() { Url = server.Url, ChecksumHeader = "X-Sum" } });

        var (resident, allocated) = await MeasureAsync(build.SucceedAsync);

        Assert.Equal(Size, taken);
        Assert.InRange(resident, 0, Bound);
        Assert.InRange(allocated, 0, Size / 50);
    }

    [Fact]
    public void HeaderOfALayer_HasSizesAbove8GiB()
    {
        var header = TarHeader.File("disk/disk.img", Size);
        var path = Path.Combine(bench.Folder, "layer.tar");
        using (var file = File.Create(path))
        {
            file.Write(header);
            file.SetLength(TarHeader.BlockSize + Size + TarHeader.End(Size).Length);
        }

        using var tar = Process.Start(new ProcessStartInfo("tar", ["-tvf", path]) { RedirectStandardOutput = true })!;
        var listed = tar.StandardOutput.ReadToEnd();
        tar.WaitForExit();

        Assert.Equal(0, tar.ExitCode);
        Assert.Contains($" {Size} ", listed, StringComparison.Ordinal);
    }

    /// <summary>The checksum is not what is tested: an image's is known when it is published.</summary>
    private static string Known => $"sha256:{new string('a', 64)}";

    private Build Of(Api.Publishing.PublishEntry entry) =>
        new(Directory.CreateDirectory(Path.Combine(bench.Folder, Guid.NewGuid().ToString("N"))).FullName) { Image = bench.Image(Size, "huge.raw"), KnownDigest = Known, Publish = [entry] };

    private static async Task<(long Resident, long Allocated)> MeasureAsync(Func<Task> work)
    {
        GC.Collect();
        var (before, allocated, most) = (Resident(), GC.GetTotalAllocatedBytes(), 0L);
        var running = Task.Run(work);
        while (await Task.WhenAny(running, Task.Delay(50)) != running) most = Math.Max(most, Resident());
        await running;
        TestContext.Current.TestOutputHelper?.WriteLine($"{(most - before) >> 20} MiB more resident at most, {(GC.GetTotalAllocatedBytes() - allocated) >> 20} MiB allocated in all");
        return (most - before, GC.GetTotalAllocatedBytes() - allocated);
    }

    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static async Task<long> UnpackedAsync(string path)
    {
        // gzip's own word on each member would do, but reading is what counts.
        await using var file = File.OpenRead(path);
        await using var content = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress);
        var buffer = new byte[1 << 20];
        long length = 0;
        while (await content.ReadAsync(buffer) is > 0 and var read) length += read;
        return length;
    }
}
