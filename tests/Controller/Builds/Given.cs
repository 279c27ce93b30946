using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Queue;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>Observations, in few words.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly ImageTemplateSpec Template = TemplateOf("lab");

    public static ImageTemplateSpec TemplateOf(params string[] targets) => new()
    {
        Targets = [.. targets.Select(Target)],
        Communicator = new() { Ssh = new() { User = "debian" } },
        Timeout = Duration.FromMinutes(60),
    };

    public static Target Target(string name) => new()
    {
        Name = name,
        Qemu = new()
        {
            Source = new() { HostPath = new() { Path = "/srv/images/base.qcow2" }, Checksum = "sha256:" + new string('0', 64) },
            Output = new() { HostPath = new() { Path = "/srv/out" } },
        },
    };

    public static ImageBuild Build(bool cancel = false, int maxAttempts = 3) => new()
    {
        Metadata = new() { Name = "web-1", NamespaceProperty = "ns", Uid = "uid-1", Generation = 1, Finalizers = [Labels.CleanupFinalizer] },
        Spec = new() { TemplateRef = new() { Name = "web" }, Cancel = cancel, FailurePolicy = new() { MaxAttempts = maxAttempts } },
    };

    public static BuildObservation New() => new() { Build = Build(), Now = Start, Template = Template, Live = true, Admissions = Admissions.All };

    /// <summary>New, and its first target refers to ImagePlatform lab.</summary>
    public static BuildObservation OnPlatform(ImagePlatform? platform, params string[] targets) => OnPlatform(platform, allowed: true, targets);

    public static BuildObservation OnPlatform(ImagePlatform? platform, bool allowed, params string[] targets)
    {
        var template = TemplateOf(targets.Length > 0 ? targets : ["lab"]);
        var reference = new PlatformReference { Name = "lab" };
        return New() with
        {
            Template = template with { Targets = [.. template.Targets.Select((t, i) => i == 0 ? t with { PlatformRef = reference } : t)] },
            Platforms = [new(reference, platform, allowed)],
        };
    }

    /// <summary>ImagePlatform lab, probed at generation 7.</summary>
    public static ImagePlatform Platform(ImagePlatformSpec? spec = null, bool? ready = true, long generation = 7) => new()
    {
        Metadata = new() { Name = "lab", NamespaceProperty = "ns", Uid = "uid-lab", Generation = generation },
        Spec = spec ?? new() { Qemu = new() },
        Status = ready is not { } state ? null : new()
        {
            ObservedGeneration = 7,
            Conditions = [new() { Type = "Ready", Status = state ? "True" : "False", Reason = "Tested", Message = "the result", ObservedGeneration = 7 }],
        },
    };

    /// <summary>Taken up at <see cref="Start"/>; now it is a minute later.</summary>
    public static BuildObservation Running(params TargetStatus[] targets) =>
        New().With(b => b.Status = new()
        {
            StartTime = Start,
            Template = TemplateOf([.. targets.Select(t => t.Name)]),
            Targets = targets,
        }) with
        { Now = Start.AddMinutes(1) };

    public static BuildObservation With(this BuildObservation observed, Action<ImageBuild> change)
    {
        var build = observed.Build with
        {
            Metadata = new()
            {
                Name = observed.Build.Metadata.Name,
                NamespaceProperty = "ns",
                Uid = observed.Build.Metadata.Uid,
                Generation = observed.Build.Metadata.Generation,
                Finalizers = observed.Build.Metadata.Finalizers,
                Annotations = observed.Build.Metadata.Annotations,
                DeletionTimestamp = observed.Build.Metadata.DeletionTimestamp
            }
        };
        change(build);
        return observed with { Build = build };
    }

    /// <summary>The queue lets one target wait, and all others start.</summary>
    public static BuildObservation Queued(this BuildObservation observed, int? position, DateTimeOffset? until = null, string target = "lab", string? reason = null)
    {
        const string queue = "ImagePlatform aws";
        var place = new QueuePlace(reason ?? (until is null ? "Queued" : "MachineHoursExhausted"), position, queue, $"{queue}: 5 of 5 builds run", until);
        var answers = observed.Template!.Targets.Concat(observed.Build.Status?.Template?.Targets ?? []).Select(t => t.Name).Distinct()
            .ToDictionary(t => t, t => t == target ? new Admission(place) : Admission.Granted);
        return observed with { Admissions = Admissions.Of(answers) };
    }

    public static BuildObservation Cancelled(this BuildObservation observed) => observed.With(b => b.Spec = b.Spec with { Cancel = true });

    public static BuildObservation Deleted(this BuildObservation observed) => observed.With(b => b.Metadata.DeletionTimestamp = observed.Now.UtcDateTime);

    public static BuildObservation Pods(this BuildObservation observed, params PodObservation[] pods) => observed with { Pods = pods };

    public static TargetStatus Attempt(int? attempt, TargetPhase? phase = null, string? pod = "web-1-lab-1", bool dirty = false, string name = "lab") => new()
    {
        Name = name,
        Attempt = attempt,
        PodName = pod,
        Phase = phase,
        Resources = dirty ? [new() { Key = "machine", Type = "qemu/machine", Id = "vm-1", State = LedgerState.Created, Temporary = true, Attempt = attempt ?? 1 }] : null,
        Failure = phase == TargetPhase.Failed ? new() { Stage = BuildStage.Provisioned, Step = "packages", Reason = "ProvisionerFailed", Message = "exit code 1" } : null,
        Artifacts = phase == TargetPhase.Succeeded ? [new() { Type = "qcow2", Id = "hostpath:/srv/out/x" }] : null,
    };

    /// <summary>With an image that is kept.</summary>
    public static TargetStatus WithResult(TargetStatus target) =>
        target with { Resources = [new() { Key = "image", Type = "ami", Id = "ami-1", State = LedgerState.Created, Temporary = false, Attempt = target.Attempt ?? 1 }] };

    public static PodObservation Pod(PodLife life, int attempt = 1, bool sweeper = false, string target = "lab", int? exitCode = null) => new()
    {
        Name = sweeper ? $"web-1-{target}-sweep-{attempt}" : $"web-1-{target}-{attempt}",
        Uid = $"pod-{attempt}",
        Target = target,
        Attempt = attempt,
        Sweeper = sweeper,
        Life = life,
        CreatedAt = Start,
        ScheduledAt = Start,
        EndedAt = life == PodLife.Ended ? Start : null,
        ExitCode = exitCode,
        Detail = exitCode is null ? null : $"exit code {exitCode}",
    };
}
