using System.Diagnostics;
using System.Net;
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
    }

    [Fact]
    public async Task TwentyGibibytes_AsTheyAre_NeedLittleMemory()
    {
        var sink = new Sink();
        var build = Of(new() { Name = "web", Http = new() { Url = "http://sink.example.com/", ChecksumHeader = "X-Sum" } });
        build.Around = _ => sink;

        var (resident, allocated) = await MeasureAsync(build.SucceedAsync);

        Assert.Equal(Size, sink.Taken);
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

    /// <summary>Takes files and counts their bytes; a socket would make the test slow and tell nothing more of our own code.</summary>
    private sealed class Sink : HttpMessageHandler
    {
        public long Taken { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Put)
            {
                await using var counter = new Counter();
                await request.Content!.CopyToAsync(counter, cancellationToken);
                Taken = counter.Position;
            }

            var answer = new HttpResponseMessage(Taken > 0 ? HttpStatusCode.OK : HttpStatusCode.NotFound) { RequestMessage = request };
            if (Taken > 0) answer.Headers.Add("X-Sum", Known["sha256:".Length..]);
            return answer;
        }
    }

    private sealed class Counter : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Position;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Position += count;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Position += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
