using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>A build in a world: starts attempts and sweeps, and lets time pass until they have ended or died.</summary>
internal sealed class Scenario
{
    public World World { get; } = new();

    public EventLog Log { get; } = new();

    public CancellationTokenSource Stopping { get; private set; } = new();

    public StopReason StopReason { get; set; } = StopReason.Cancelled;

    public Exception? ThrowOnReason { get; set; }

    public ImageTemplateSpec Template { get; init; } = Specs.Template();

    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyList<EarlierResult> Earlier { get; set; } = [];

    public bool Force { get; init; }

    public bool PlanOnly { get; init; }

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public ILookups? Lookups { get; init; }

    public string Workspace { get; init; } = "/workspace";

    public byte[]? Salt { get; init; } = new byte[32];

    public Exception? MachineOnDispose { get; init; }

    public Exception? SessionOnDispose { get; init; }

    public Func<Resource, CancellationToken, Task>? OnConnect { get; init; }

    public TargetStatus Status => World.Store.Status!;

    /// <summary>The next attempt, as the operator starts it: its number stands fast before the process does anything.</summary>
    public Process NextProcess(int? killAt = null) => new(++World.Store.Attempt) { KillAt = killAt };

    public Task<BuildOutcome> Start(Process process) => Inline(() => new BuildRunner(Plan(process), Services(process)).RunAsync(Stopping.Token));

    /// <summary>A new process was not asked to stop.</summary>
    public void Restart() => Stopping = new();

    /// <summary>Runs an attempt to its end.</summary>
    public Task<BuildOutcome> RunAsync(Process? process = null)
    {
        process ??= NextProcess();
        return FinishAsync(Start(process));
    }

    /// <summary>Runs an attempt until it is killed.</summary>
    public void RunUntilKilled(Process process)
    {
        var running = Start(process);
        while (!process.Dead)
        {
            Assert.False(running.IsCompleted, $"the process ended before it could be killed: {running.Exception}");
            Assert.True(World.Time.AdvanceToNext(), "nothing goes on");
        }
    }

    public Task<IReadOnlyList<string>> StartSweep(Process process) =>
        Inline(() => new Sweep(Plan(process), Services(process)).RunAsync(CancellationToken.None));

    public Task<IReadOnlyList<string>> SweepAsync() => FinishAsync(StartSweep(NextProcess()));

    /// <summary>Lets time pass until the work is done.</summary>
    public async Task<T> FinishAsync<T>(Task<T> work)
    {
        for (var i = 0; !work.IsCompleted; i++)
        {
            Assert.True(i < 100_000, "it never ends");
            Clock.Settle();
            if (!work.IsCompleted && !World.Time.AdvanceToNext()) return await work.WaitAsync(TimeSpan.FromSeconds(10));
        }

        return await work;
    }

    /// <summary>Lets time pass until the work is done or its process was killed.</summary>
    public async Task FinishOrDieAsync(Task work, Process process)
    {
        while (!process.Dead && !work.IsCompleted)
        {
            Clock.Settle();
            if (!process.Dead && !work.IsCompleted && !World.Time.AdvanceToNext()) await work.WaitAsync(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>No rule was broken, and nothing is there but what was published.</summary>
    public void AssertClean(int published)
    {
        Assert.Empty(World.Violations);
        Assert.Equal(published, World.Published.Count());
        Assert.Empty(World.Resources.Where(r => !r.Published).Select(r => r.Id));
        Assert.Equal(published, Status.Resources?.Count ?? 0);
        Assert.DoesNotContain(Status.Resources ?? [], e => e.Temporary);
        Assert.Null(Status.CleanupErrors);
    }

    private BuildPlan Plan(Process process) => new()
    {
        Identity = new("uid-1", "ns", "build", "t", process.Attempt),
        Template = Template,
        Parameters = Parameters,
        Masker = new SecretMasker(Secrets),
        Earlier = Earlier,
        Force = Force,
        PlanOnly = PlanOnly,
        Salt = Salt,
        Folders = new(Workspace, "/scratch", "/cache", "/downloads"),
        Volumes = new NoVolumes(),
    };

    private BuildServices Services(Process process) => new()
    {
        Platforms = [new FakePlatformFactory(World, process) { OnDispose = MachineOnDispose }],
        Communicators = [new FakeCommunicators(World, process) { OnConnect = OnConnect, OnDispose = SessionOnDispose }],
        Provisioners = [new FakeProvisioners()],
        Journal = new FakeJournal(World.Store, process, World.Time) { StopReason = () => ThrowOnReason is null ? StopReason : throw ThrowOnReason },
        Observer = Log,
        Lookups = Lookups,
        Time = World.Time,
    };

    private static Task<T> Inline<T>(Func<Task<T>> work)
    {
        var started = default(Task<T>);
        Clock.Inline(() => started = work());
        return started!;
    }

    private sealed class NoVolumes : IVolumeMap
    {
        public string MapHostPath(VolumeUse use, string path) => path;

        public string MapClaim(VolumeUse use, string claimName, string path) => path;
    }
}

/// <summary>Parts of templates.</summary>
internal static class Specs
{
    public static ImageTemplateSpec Template() => new()
    {
        Targets =
        [
            new Target
            {
                Name = "t",
                Qemu = new QemuTarget { Source = new() { HostPath = new() { Path = "/base.qcow2" }, Checksum = "sha256:0000000000000000000000000000000000000000000000000000000000000000" }, Output = new() { HostPath = new() { Path = "/out" } } },
            },
        ],
        Communicator = new() { Ssh = new() { User = "root" } },
        Provisioners = [Step("p1"), Step("p2")],
        Tests = [Test("t1")],
    };

    public static Provisioner Step(string name, string? command = null) => new() { Name = name, Shell = new() { Inline = [command ?? name] } };

    public static ImageTest Test(string name, string? command = null) => new() { Name = name, Shell = new() { Inline = [command ?? name] } };
}
