using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class FakePlatformFactory(World world, Process process) : IPlatformFactory
{
    public string Name => "fake";

    public Exception? OnDispose { get; init; }

    public List<Target> Targets { get; } = [];

    public bool Supports(Target target) => true;

    public IPlatform Create(PlatformContext context)
    {
        Targets.Add(context.Target);
        return new FakePlatform(world, process, context, OnDispose);
    }
}

/// <summary>Behaves as a cloud: machines and captures go on without the process that began them.</summary>
internal sealed class FakePlatform(World world, Process process, PlatformContext context, Exception? onDispose) : IPlatform
{
    public const string Image = "image";

    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => CallAsync("identify", () =>
    {
        world.Fault("identify");
        return new SourceImage { Id = "base-1", Digest = world.SourceDigest };
    }, cancellationToken);

    public Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken) => CallAsync("look for the artifact", () =>
    {
        world.Fault("look for the artifact");
        return world.Earlier.Contains(artifact.Id);
    }, cancellationToken);

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => CallAsync("resolve", () =>
    {
        world.Fault("resolve");
        return new SourceImage { Id = "base-1", Digest = world.SourceDigest };
    }, cancellationToken);

    public async Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        var purpose = request.Purpose.ToString().ToLowerInvariant();
        if (request.Purpose == MachinePurpose.Test && world.Find(Image) is null) world.Violations.Add("there is no image to test");
        await MakeAsync($"{purpose}/disk", cancellationToken);
        return new FakeMachine(world, await MakeAsync($"{purpose}/machine", cancellationToken)) { OnDispose = onDispose };
    }

    public async Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken)
    {
        await context.Ledger.IntendAsync(new(Image, "fake/image"), cancellationToken);
        var image = await CallAsync("capture", () =>
        {
            var made = world.Create("fake/image", Image);
            made.StepsLeft = 2;
            return made;
        }, cancellationToken);
        return await WaitForAsync(image, cancellationToken);
    }

    public async Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(Image) is not { } entry) return null;
        var image = await CallAsync("look for the image", () => world.Find(Image), cancellationToken);
        if (image is null) return null;
        return entry.Temporary ? await WaitForAsync(image, cancellationToken) : new(Image, image.Id, "sha256:2");
    }

    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        await CallAsync("publish", () => { world.Publish(image.Id); return 0; }, cancellationToken);
        await context.Ledger.KeepAsync(Image, image.Id, cancellationToken);
        return await CallAsync("describe", () => new List<Artifact> { new() { Type = "fake", Id = image.Id } }, cancellationToken);
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        CallAsync($"remove {entry.Key}", () => { world.Remove(entry.Id, entry.Key); return 0; }, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => CallAsync<IReadOnlyList<LedgerEntry>>("find strays", () =>
    {
        world.Fault("find strays");
        return
        [
            .. world.Resources.Where(r => context.Ledger.Find(r.Key) is null).Select(r => new LedgerEntry
            {
                Key = r.Key, Type = r.Type, Id = r.Id, Attempt = 0, State = LedgerState.Created, Temporary = true,
            }),
        ];
    }, cancellationToken);

    public ValueTask DisposeAsync() => onDispose is null ? ValueTask.CompletedTask : throw onDispose;

    private async Task<Resource> MakeAsync(string key, CancellationToken cancellationToken)
    {
        await context.Ledger.IntendAsync(new(key, "fake/" + key.Split('/')[1]), cancellationToken);
        var made = await CallAsync($"create {key}", () => world.Create("fake/" + key.Split('/')[1], key), cancellationToken);
        await context.Ledger.ConfirmAsync(key, made.Id, null, cancellationToken);
        return made;
    }

    private async Task<CapturedImage> WaitForAsync(Resource image, CancellationToken cancellationToken)
    {
        while (await CallAsync("poll the capture", () => image.StepsLeft-- > 0, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromSeconds(10), context.Time, cancellationToken);
        }

        if (!world.Resources.Contains(image)) throw new PlatformException(FailureKind.NotFound, Reasons.CaptureFailed, "the image is gone");
        await context.Ledger.ConfirmAsync(Image, image.Id, null, cancellationToken);
        return new(Image, image.Id, "sha256:2");
    }

    private Task<T> CallAsync<T>(string name, Func<T> effect, CancellationToken cancellationToken) =>
        process.CallAsync($"platform.{name}", effect, cancellationToken);
}
