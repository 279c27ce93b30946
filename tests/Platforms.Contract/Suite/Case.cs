using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>A build at a site: its attempts and sweeps.</summary>
internal sealed class Case(Site site)
{
    private readonly string _uid = Guid.NewGuid().ToString();

    public JournalStore Store { get; } = new();

    public EventLog Log { get; } = new();

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

    /// <returns>What is left; null if the process was killed.</returns>
    public async Task<IReadOnlyList<string>?> SweepAsync(Process process)
    {
        var work = new Sweep(Plan(process), Services(process)).RunAsync(CancellationToken.None);
        await site.RunAsync(work, process);
        return process.Dead ? null : await work;
    }

    private BuildPlan Plan(Process process) => new()
    {
        Identity = new(_uid, "images", "web", site.Target.Name, process.Attempt),
        Template = new()
        {
            Targets = [site.Target],
            Communicator = new() { Ssh = new() { User = "builder" } },
            Provisioners = [new Provisioner { Name = "p1", Shell = new() { Inline = ["p1"] } }],
            Tests = [new ImageTest { Name = "t1", Shell = new() { Inline = ["t1"] } }],
        },
        Platform = site.Access,
        Parameters = new Dictionary<string, string>(),
        Masker = new SecretMasker([]),
        Folders = site.Folders,
        Volumes = new SamePaths(),
    };

    private BuildServices Services(Process process) => new()
    {
        Platforms = [site.Platform(process)],
        Communicators = [new Sessions(process, line => Run(line))],
        Provisioners = [new FakeProvisioners()],
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
