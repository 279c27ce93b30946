using System.Diagnostics;
using System.Security.Cryptography;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using Process = ImageOperator.Platforms.Contract.Tests.Suite.Process;

namespace ImageOperator.Publishing.Tests.Bed;

internal sealed class FilePlatformFactory(Build build, Process process) : IPlatformFactory
{
    public string Name => "file";

    public bool Supports(Target target) => true;

    public IPlatform Create(PlatformContext context) => new FilePlatform(build, process, context);
}

/// <summary>Its image is a file that is there already; it is staged and moved as QEMU's are.</summary>
internal sealed class FilePlatform(Build build, Process process, PlatformContext context) : IPlatform
{
    private const string Key = "image";
    private const string Staged = "staged";
    private const string Digest = "digest";

    public Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken) => Task.FromResult(File.Exists(artifact.Id));

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => Task.FromResult(new SourceImage { Id = "base", Digest = "sha256:1" });

    public Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken) => Task.FromResult<IMachine>(new Machine());

    public async Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken)
    {
        var staged = build.Output + ".staged";
        await context.Ledger.IntendAsync(new(Key, "file/image", staged), cancellationToken);
        var digest = await process.CallAsync("capture", async () =>
        {
            // A link: the image of some tests is huge.
            File.Delete(staged);
            Link(build.Image, staged);
            return build.KnownDigest ?? await DigestOfAsync(staged);
        });
        await context.Ledger.ConfirmAsync(Key, staged, new Dictionary<string, string> { [Staged] = staged, [Digest] = digest }, cancellationToken);
        return new(Key, staged, digest);
    }

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Key) is not { State: LedgerState.Created, Properties: { } known }) return Task.FromResult<CapturedImage?>(null);
        return Task.FromResult<CapturedImage?>(new CapturedImage(Key, File.Exists(known[Staged]) ? known[Staged] : build.Output, known[Digest]));
    }

    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        if (build.FailsToDistribute) throw new PlatformException(FailureKind.Terminal, Reasons.DistributionFailed, "the disk is on fire");
        await process.CallAsync("distribute", () =>
        {
            if (File.Exists(build.Output + ".staged")) File.Move(build.Output + ".staged", build.Output, overwrite: true);
            return Task.FromResult(0);
        });
        await context.Ledger.KeepAsync(Key, build.Output, cancellationToken);
        return [new() { Type = "raw", Id = build.Output, Checksum = image.Digest }];
    }

    public DiskFile? FileOf(CapturedImage image) => new(image.Id, build.Format, false, 1 << 30);

    public async Task ConvertAsync(CapturedImage image, DiskFormat format, bool compress, string path, CancellationToken cancellationToken)
    {
        using var convert = System.Diagnostics.Process.Start(new ProcessStartInfo(
            "qemu-img", ["convert", "-f", build.Format.ToString().ToLowerInvariant(), .. OptionsOf(format), .. compress ? ["-c"] : Array.Empty<string>(), image.Id, path]))!;
        await convert.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, convert.ExitCode);
    }

    /// <summary>As QEMU's platform has them.</summary>
    private static string[] OptionsOf(DiskFormat format) =>
        format == DiskFormat.Vhd ? ["-O", "vpc", "-o", "subformat=fixed,force_size=on"] : ["-O", format.ToString().ToLowerInvariant()];

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => process.CallAsync("remove image", () =>
    {
        Assert.Equal("file/image", entry.Type);
        File.Delete(build.Output);
        File.Delete(build.Output + ".staged");
        return Task.FromResult(0);
    });

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LedgerEntry>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Link(string from, string to)
    {
        using var link = System.Diagnostics.Process.Start("ln", [from, to]);
        link.WaitForExit();
    }

    private static async Task<string> DigestOfAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(file))}";
    }

    private sealed class Machine : IMachine
    {
        public MachineStatus Status { get; } = new() { Id = "m" };

        public Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public MachineEndpoint Endpoint => new("127.0.0.1", 22);

        public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult("");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
