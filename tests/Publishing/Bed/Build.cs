using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Publishing;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Publishing.Tests.Bed;

/// <summary>A build whose image is a file, with the real engine and real publications: its attempts and sweeps.</summary>
internal sealed class Build(string folder)
{
    public const string Namespace = "images";

    public string Uid { get; } = Guid.NewGuid().ToString();

    public string Name { get; init; } = "web";

    public JournalStore Store { get; init; } = new();

    public EventLog Log { get; } = new();

    public IReadOnlyList<PublishEntry> Publish { get; set; } = [];

    /// <summary>The keys of all Secrets.</summary>
    public Dictionary<string, string> Secret { get; } = [];

    public DiskFormat Format { get; init; } = DiskFormat.Raw;

    public StopReason StopReason { get; set; } = StopReason.Cancelled;

    /// <summary>The image that a capture makes.</summary>
    public required string Image { get; init; }

    /// <summary>Its checksum, where it is known: huge images are not read for it.</summary>
    public string? KnownDigest { get; init; }

    /// <summary>Where claims are mounted.</summary>
    public string Volume => Path.Combine(folder, "volume");

    /// <summary>What goes around senders, nearest to the server; the points of a process come around it.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> Around { get; set; } = handler => handler;

    public bool FailsToDistribute { get; set; }

    public TargetStatus Status => Store.Status!;

    public IReadOnlyList<Artifact> Published => [.. (Status.Artifacts ?? []).Where(a => a.Published is not null)];

    public string Output => Path.Combine(folder, $"{Name}-{Uid}.out");

    public Process NextProcess(int? killAt = null) => new(++Store.Attempt, killAt);

    /// <summary>Runs an attempt.</summary>
    /// <returns>Its outcome; null if the process was killed.</returns>
    public async Task<BuildOutcome?> RunAsync(Process? process = null, CancellationToken stopping = default)
    {
        process ??= NextProcess();
        var work = new BuildRunner(Plan(process), Services(process)).RunAsync(stopping);
        await Task.WhenAny(work, process.Died);
        return process.Dead ? null : await work;
    }

    public async Task<TargetStatus> SucceedAsync()
    {
        var outcome = await RunAsync();
        Assert.True(outcome!.Status.Phase == TargetPhase.Succeeded, $"{outcome.Status.Phase}: {outcome.Status.Failure?.Message} {outcome.Status.Failure?.Hint}");
        return outcome.Status;
    }

    public async Task<Failure> FailAsync()
    {
        var outcome = await RunAsync();
        Assert.Equal(TargetPhase.Failed, outcome!.Status.Phase);
        return outcome.Status.Failure!;
    }

    /// <returns>What is left; null if the process was killed.</returns>
    public async Task<IReadOnlyList<string>?> SweepAsync(Process? process = null)
    {
        process ??= NextProcess();
        var work = new Sweep(Plan(process), Services(process)).RunAsync(CancellationToken.None);
        await Task.WhenAny(work, process.Died);
        return process.Dead ? null : await work;
    }

    private BuildPlan Plan(Process process) => new()
    {
        Identity = new(Uid, Namespace, Name, "disk", process.Attempt),
        Template = new ImageTemplateSpec
        {
            Targets =
            [
                new Target
                {
                    Name = "disk",
                    Qemu = new() { Source = new() { HostPath = new() { Path = "/base" }, Checksum = $"sha256:{new string('0', 64)}" }, Output = new() { Format = Format, HostPath = new() { Path = "/out" } } },
                    Publish = Publish,
                },
            ],
            Communicator = new() { Ssh = new() { User = "root" } },
            Timeout = Duration.FromMinutes(10),
        },
        Parameters = new Dictionary<string, string>(),
        Masker = new SecretMasker([.. Secret.Values]),
        // The engine reads the whole workspace twice.
        Folders = new(Directory.CreateDirectory(Path.Combine(folder, "workspace")).FullName, Path.Combine(folder, $"scratch-{process.Attempt}"), Path.Combine(folder, "cache"), Path.Combine(folder, "downloads")),
        Volumes = new NoVolumes(),
    };

    private BuildServices Services(Process process) => new()
    {
        Platforms = [new FilePlatformFactory(this, process)],
        Communicators = [new Sessions(process, _ => 0, (_, _) => Task.CompletedTask)],
        Provisioners = [],
        Journal = new ProcessJournal(Store, process) { StopReason = StopReason },
        Observer = Log,
        Publications = new PublicationFactory(
            (_, _) => Secret, (_, claim) => Path.Combine(Volume, claim.Path), handler => new PointHandler(process) { InnerHandler = Around(handler) }),
        Time = TimeProvider.System,
    };

    private sealed class NoVolumes : IVolumeMap
    {
        public string MapHostPath(VolumeUse use, string path) => path;

        public string MapClaim(VolumeUse use, string claimName, string path) => path;
    }
}
