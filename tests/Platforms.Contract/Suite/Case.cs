using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>A build at a site: its attempts and sweeps.</summary>
internal sealed class Case(Site site)
{
    public string Uid { get; } = Guid.NewGuid().ToString();

    public JournalStore Store { get; } = new();

    public EventLog Log { get; } = new();

    public Duration Timeout { get; set; } = Duration.FromMinutes(120);

    public ImageTemplateSpec Template { get; set; } = new()
    {
        Targets = [],
        Communicator = new() { Ssh = new() { User = "builder" } },
        Provisioners = [new Provisioner { Name = "p1", Shell = new() { Inline = ["p1"] } }],
        Tests = [new ImageTest { Name = "t1", Shell = new() { Inline = ["t1"] } }],
    };

    public IReadOnlyDictionary<string, string> Parameters { get; set; } = new Dictionary<string, string>();

    public StopReason StopReason { get; set; } = StopReason.Cancelled;

    /// <summary>How a command ends, by its line.</summary>
    public Func<string, int> Run { get; set; } = _ => 0;

    public TargetStatus? Status => Store.Status;

    /// <summary>The last of the statuses written that fits.</summary>
    public TargetStatus Saved(Func<TargetStatus, bool> fits) => Store.History.Select(t => JsonSerializer.Deserialize<TargetStatus>(t, Api.ApiJson.Options)!).Last(fits);

    public Process NextProcess(int? killAt = null) => new(++Store.Attempt, killAt);

    /// <summary>Runs an attempt.</summary>
    /// <returns>Its outcome; null if the process was killed.</returns>
    public async Task<BuildOutcome?> RunAsync(Process process, CancellationToken stopping = default)
    {
        var work = new BuildRunner(Plan(process), Services(process)).RunAsync(stopping);
        await site.RunAsync(work, process);
        return process.Dead ? null : await work;
    }

    /// <summary>
    /// Runs an attempt, and another one from a point of it on: a pod that was thought dead is not. What the older one does after its fence has no effect.
    /// </summary>
    /// <returns>The newer one's outcome.</returns>
    public async Task<BuildOutcome> RunTwoAsync(int point)
    {
        var (older, newer) = (NextProcess(), new Process(Store.Attempt + 1));
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        older.AtPoint = _ =>
        {
            if (older.Points.Count - 1 != point) return;
            Store.Attempt = newer.Attempt;
            begin.TrySetResult();
        };
        var first = new BuildRunner(Plan(older), Services(older)).RunAsync(CancellationToken.None);
        var second = RunNewerAsync();
        await site.RunAsync(Task.WhenAll(Quietly(first), second), older, newer);
        if (older.Points.Count > point + 1 && first.Exception is { InnerException: not FencedException } e) Assert.Fail($"the older attempt ended otherwise than by its fence: {e.InnerException}");
        return await second;

        async Task<BuildOutcome> RunNewerAsync()
        {
            // A run with fewer calls may never get there.
            if (await Task.WhenAny(begin.Task, Quietly(first)) != begin.Task) Store.Attempt = newer.Attempt;
            return await new BuildRunner(Plan(newer), Services(newer)).RunAsync(CancellationToken.None);
        }
    }

    /// <summary>Runs an attempt of each build, side by side.</summary>
    public static Task<IReadOnlyList<BuildOutcome>> RunTogetherAsync(Site site, params IReadOnlyList<Case> builds) => RunTogetherAsync(site, inOneProcess: false, builds);

    /// <summary>The same in one process, as imagectl runs the targets of a build, or in one each, as pods.</summary>
    public static async Task<IReadOnlyList<BuildOutcome>> RunTogetherAsync(Site site, bool inOneProcess, params IReadOnlyList<Case> builds)
    {
        Process[] processes = [.. builds.Select(b => b.NextProcess())];
        if (inOneProcess) Array.Fill(processes, processes[0]);
        var work = Task.WhenAll(builds.Zip(processes, (b, p) => new BuildRunner(b.Plan(p), b.Services(p)).RunAsync(CancellationToken.None)));
        await site.RunAsync(work, [.. processes.Distinct()]);
        return await work;
    }

    /// <returns>What is left; null if the process was killed.</returns>
    public async Task<IReadOnlyList<string>?> SweepAsync(Process process)
    {
        var work = new Sweep(Plan(process), Services(process)).RunAsync(CancellationToken.None);
        await site.RunAsync(work, process);
        return process.Dead ? null : await work;
    }

    private static async Task Quietly(Task work) => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private BuildPlan Plan(Process process) => new()
    {
        Identity = new(Uid, "images", "web", site.Target.Name, process.Attempt),
        Template = Template with { Targets = [site.Target], Timeout = Timeout },
        Platform = site.Access,
        Parameters = Parameters,
        Masker = new SecretMasker([]),
        Folders = site.Folders,
        Volumes = new SamePaths(),
    };

    /// <summary>The real sessions and provisioners, instead of those that only say how a command ends.</summary>
    public (ICommunicatorFactory Sessions, IReadOnlyList<IProvisionerFactory> Provisioners)? Real { get; set; }

    private BuildServices Services(Process process) => new()
    {
        Platforms = [site.Platform(process)],
        Communicators = [Real?.Sessions ?? new Sessions(process, line => Run(line), site.WaitForGuestAsync)],
        Provisioners = Real?.Provisioners ?? [new FakeProvisioners()],
        Journal = new ProcessJournal(Store, process) { StopReason = StopReason },
        Observer = Log,
        Time = site.Time,
    };

    private sealed class SamePaths : IVolumeMap
    {
        public string MapHostPath(VolumeUse use, string path) => path;

        public string MapClaim(VolumeUse use, string claimName, string path) => throw new NotSupportedException();
    }
}
