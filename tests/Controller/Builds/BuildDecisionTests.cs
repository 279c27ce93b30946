using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Queue;
using ImageOperator.Runtime.Conditions;
using static ImageOperator.Controller.Builds.PodLife;
using static ImageOperator.Controller.Tests.Builds.Given;
using Phase = ImageOperator.Api.ImageBuilds.TargetPhase;

namespace ImageOperator.Controller.Tests.Builds;

public sealed class BuildDecisionTests
{
    private const string First = "finalizer access build:lab/1";
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    internal static readonly DecisionRow[] Table =
    [
        // Taking up
        new("new", New(), First) { Reason = "Building", Message = "lab: starting the builder pod" },
        new("new, template missing", New() with { Template = null }, "") { Reason = "TemplateNotFound", Message = "ImageTemplate web does not exist" },
        new("new, template suspended", New() with { Template = Template with { Suspend = true } }, "") { Reason = "TemplateSuspended", Message = "ImageTemplate web is suspended" },
        new("new, cancelled while its template is suspended", (New() with { Template = Template with { Suspend = true } }).Cancelled(), "") { Reason = "Cancelled" },
        new("new, unknown target", New().With(b => b.Spec = b.Spec with { Targets = ["aws"] }), "") { Reason = "TemplateInvalid", Message = "spec.targets[0]" },
        new("new, cancelled", New().Cancelled(), "") { Reason = "Cancelled" },
        new("new, two targets", New() with { Template = TemplateOf("lab", "edge") }, "finalizer access build:lab/1 build:edge/1") { Reason = "Building" },
        new("new, deleted before the finalizer", New().With(b => b.Metadata.Finalizers = []).Deleted(), ""),
        new("new, cluster template not allowed", New() with { TemplateAllowed = false }, "")
            { Reason = "TemplateNotAllowed", Message = "does not allow namespace ns", WakeAfter = TimeSpan.FromSeconds(30) },

        // Platforms
        new("platform missing", OnPlatform(null), "") { Reason = "PlatformNotFound", Message = "ImagePlatform lab does not exist", WakeAfter = TimeSpan.FromSeconds(30) },
        new("flux has nothing", New() with { Flux = [new(null, "workspace[0].flux: GitRepository site has no artifact yet")] }, "") { Reason = "WorkspaceNotReady", Message = "ImageTemplate web: spec.workspace[0].flux: GitRepository site has no artifact yet: waiting for it." },
        new("platform not probed", OnPlatform(Platform(ready: null)), "") { Reason = "PlatformNotReady", Message = "it was not probed yet" },
        new("platform refused", OnPlatform(Platform(ready: false)), "") { Reason = "PlatformNotReady", Message = "ImagePlatform lab is not ready: the result" },
        new("platform's spec newer than its probe", OnPlatform(Platform(generation: 8)), "") { Reason = "PlatformNotReady" },
        new("platform not allowed", OnPlatform(Platform(), allowed: false), "") { Reason = "PlatformNotAllowed", Message = "does not allow namespace ns" },
        new("platform of another kind", OnPlatform(Platform(new() { Aws = new() { Region = "eu-central-1" } })), "")
            { Reason = "TemplateInvalid", Message = "spec.targets[0].platformRef: ImagePlatform lab is of aws, but the target is of qemu" },
        new("platform allows less", OnPlatform(Platform(new() { Qemu = new() { MaxMemory = Quantity.FromMi(512) } })), "")
            { Reason = "TemplateInvalid", Message = "spec.targets[0].qemu.memory: ImagePlatform lab allows at most 512Mi, not 1Gi: lower it" },
        new("platform ready", OnPlatform(Platform()), First) { Reason = "Building" },
        new("platform missing, its target is not built", OnPlatform(null, "lab", "other").With(b => b.Spec = b.Spec with { Targets = ["other"] }), "finalizer access build:other/1")
            { Reason = "Building" },

        // Queue
        new("queued", New().Queued(3), "") { Reason = "Queued", Message = "lab: 3rd in the queue of ImagePlatform aws: 5 of 5 builds run" },
        new("queued far behind", New().Queued(50), "") { Reason = "Queued", Message = "lab: among the first 50 in the queue of ImagePlatform aws: 5 of 5 builds run" },
        new("its platform was deleted while it waited", New().Queued(null, reason: "PlatformNotFound"), "")
        {
            Reason = "PlatformNotFound",
            Message = "lab: waits: ImagePlatform aws: 5 of 5 builds run",
        },
        new("out of machine-hours", New().Queued(null, until: Start.AddDays(1)), "")
            { Reason = "MachineHoursExhausted", Message = "lab: waits until 2026-02-01T12:00Z", WakeAfter = TimeSpan.FromDays(1) },
        new("one target starts, one waits", (New() with { Template = TemplateOf("lab", "edge") }).Queued(1, target: "edge"), First)
            { Reason = "Building", Message = "lab: starting the builder pod; edge: 1st in the queue" },
        new("one target runs, one waits", Running(Attempt(1, Phase.Running), Attempt(null, pod: null, name: "edge")).Pods(Pod(PodLife.Running)).Queued(2, target: "edge"), "")
            { Reason = "Building" },
        new("one target ended, one waits", Running(Attempt(1, Phase.Succeeded), Attempt(null, pod: null, name: "edge")).Queued(2, target: "edge"), "") { Reason = "Queued" },
        new("queued, its turn", Running(Attempt(null, pod: null)), First) { Reason = "Building" },
        new("queued for longer than its timeout, its turn", Running(Attempt(null, pod: null)) with { Now = Start.AddHours(5) }, First) { Reason = "Building" },
        new("started late, not timed out", (Running(Attempt(1, Phase.Running) with { AdmittedTime = Start.AddHours(5) }) with { Now = Start.AddHours(5.5) }).Pods(Pod(PodLife.Running)), "")
            { Reason = "Building", WakeAfter = TimeSpan.FromMinutes(35) },
        new("queued, cancelled", Running(Attempt(null, pod: null)).Queued(2).Cancelled(), "-access") { Reason = "Cancelled" },
        new("queued, deleted", Running(Attempt(null, pod: null)).Queued(2).Deleted(), "-access -finalizer"),

        // Fail fast
        new("another target failed, this one runs", TwoTargets(Attempt(1, Phase.Running, "web-1-edge-1", name: "edge")).Pods(Pod(PodLife.Running, target: "edge")), "stop:web-1-edge-1")
            { Reason = "Cancelling", Message = "lab: Failed; edge: being cancelled" },
        new("another target fails and still cleans up", FailFast(Running(
            Attempt(1, Phase.Running) with { Failure = Attempt(1, Phase.Failed).Failure }, Attempt(1, Phase.Running, "web-1-edge-1", name: "edge")))
            .Pods(Pod(PodLife.Running), Pod(PodLife.Running, target: "edge")), "stop:web-1-edge-1") { Reason = "Cancelling" },
        new("another target failed, this one stops", TwoTargets(Attempt(1, Phase.Running, "web-1-edge-1", name: "edge"))
            .Pods(Pod(PodLife.Running, target: "edge") with { DeletionDue = Start.AddMinutes(3) }), "") { Reason = "Cancelling" },
        new("another target failed, this one cleaned up", TwoTargets(Attempt(1, Phase.Cancelled, "web-1-edge-1", name: "edge")), "-access")
            { Reason = "ProvisionerFailed", Message = "lab: Provisioned not reached, step packages: exit code 1; edge: Cancelled" },
        new("another target failed, this one's builder died", TwoTargets(Attempt(1, Phase.Running, "web-1-edge-1", dirty: true, name: "edge")), "access sweep:edge/1")
            { Reason = "Sweeping" },
        new("another target failed, this one waits", TwoTargets(Attempt(null, pod: null, name: "edge")).Queued(1, target: "edge"), "-access") { Reason = "ProvisionerFailed" },
        new("another target failed, this one had succeeded", TwoTargets(Attempt(1, Phase.Succeeded, "web-1-edge-1", name: "edge")), "-access") { Reason = "ProvisionerFailed" },
        new("another target was cancelled by hand", FailFast(Running(Attempt(1, Phase.Cancelled), Attempt(1, Phase.Running, "web-1-edge-1", name: "edge")))
            .Pods(Pod(PodLife.Running, target: "edge")), "") { Reason = "Building" },
        new("another target failed, all others go on", Running(Attempt(1, Phase.Failed), Attempt(1, Phase.Running, "web-1-edge-1", name: "edge"))
            .Pods(Pod(PodLife.Running, target: "edge")), "") { Reason = "Building" },

        // One pod
        new("attempt written, operator died before the pod", Running(Attempt(1, pod: null)), First) { Reason = "Building" },
        new("later attempt written, operator died before the pod", Running(Attempt(2, Phase.Running, pod: null)), "finalizer access build:lab/2") { Reason = "Building" },
        new("pod pending", Running(Attempt(1)).Pods(Pod(Pending)), "") { Reason = "Building", WakeAfter = TimeSpan.FromMinutes(4) },
        new("pod pending too long", (Running(Attempt(1)) with { Now = Start.AddMinutes(5) }).Pods(Pod(Pending) with { Detail = "secret \"x\" not found" }), "stop:web-1-lab-1")
            { Reason = "Building", Message = "lab: Failed" },
        new("pod not started, being stopped", Running(Failed("PodNotStarted")).Pods(Pod(Pending) with { DeletionDue = Start.AddMinutes(2) }), "") { Reason = "Building" },
        new("pod not started, gone", Running(Failed("PodNotStarted")), "-access") { Reason = "PodNotStarted" },
        new("pod not started, yet it runs", Running(Failed("PodNotStarted")).Pods(Pod(PodLife.Running)), "stop:web-1-lab-1") { Reason = "Building" },
        new("pod unschedulable for long", (Running(Attempt(1)) with { Now = Start.AddMinutes(50) })
            .Pods(Pod(Pending) with { ScheduledAt = null, Unschedulable = true, Detail = "0/1 nodes are available" }), "")
            { Reason = "Building", Message = "no node for the builder pod: 0/1 nodes are available" },
        new("pod unschedulable until the timeout", (Running(Attempt(1)) with { Now = Start.AddMinutes(60) })
            .Pods(Pod(Pending) with { ScheduledAt = null, Unschedulable = true }), "stop:web-1-lab-1") { Reason = "Building" },
        new("pod runs", Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running)), "") { Reason = "Building", Message = "lab: Pending" },
        new("pod runs, pod of an older attempt too", Running(Attempt(2, Phase.Running)).Pods(Pod(PodLife.Running), Pod(PodLife.Running, 2)), "stop:web-1-lab-1")
            { Reason = "Building" },
        new("pod refused", Running(Attempt(1, pod: null)) with { Refusals = new Dictionary<string, string> { ["lab"] = "exceeded quota" } }, First)
            { Reason = "Building", Message = "lab: no builder pod: exceeded quota" },

        // Lost pods
        new("pod ended without a result, just now", Running(Attempt(1, Phase.Running)).Pods(Pod(Ended, exitCode: 137) with { EndedAt = Start.AddMinutes(1) }), "")
            { Reason = "Building", Message = "pod lost (exit code 137), attempt 2 follows", WakeAfter = TimeSpan.FromSeconds(1) },
        new("pod ended without a result", Running(Attempt(1, Phase.Running)).Pods(Pod(Ended, exitCode: 137)), "finalizer access build:lab/2") { Reason = "Building" },
        new("pod ended before it wrote a word", Running(Attempt(1)).Pods(Pod(Ended, exitCode: 2)), "finalizer access build:lab/2") { Reason = "Building" },
        new("pod vanished", Running(Attempt(1, Phase.Running)), "finalizer access build:lab/2") { Reason = "Building" },
        new("last pod vanished", Running(Attempt(3, Phase.Running, dirty: true)), "access sweep:lab/1") { Reason = "Sweeping" },
        new("last pod vanished, nothing left", Running(Attempt(3, Phase.Running)), "-access") { Reason = "AttemptsExhausted", Message = "lost 3 times" },
        new("pod is being deleted", Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running) with { DeletionDue = Start.AddMinutes(2) }), "") { Reason = "Building" },
        new("pod's deletion is late, node well", Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running) with { DeletionDue = Start }), "")
            { Reason = "Building", WakeAfter = TimeSpan.FromSeconds(30) },
        new("pod's deletion is late, node gone", Running(Attempt(1, Phase.Running)).Pods(Pod(PodLife.Running) with { DeletionDue = Start, NodeLost = true }),
            "kill:web-1-lab-1 finalizer access build:lab/2") { Reason = "Building" },

        // Timeouts
        new("timed out, builder has grace", (Running(Attempt(1, Phase.Running)) with { Now = Start.AddMinutes(61) }).Pods(Pod(PodLife.Running)), "")
            { Reason = "Building", WakeAfter = TimeSpan.FromMinutes(4) },
        new("timed out beyond grace", (Running(Attempt(1, Phase.Running)) with { Now = Start.AddMinutes(65) }).Pods(Pod(PodLife.Running)), "stop:web-1-lab-1")
            { Reason = "Building" },
        new("timed out, no pod", Running(Attempt(1, Phase.Running)) with { Now = Start.AddMinutes(65) }, "-access") { Reason = "Timeout", Message = "its timeout of 1h" },
        new("timed out, no pod, things left", Running(Attempt(1, Phase.Running, dirty: true)) with { Now = Start.AddMinutes(65) }, "access sweep:lab/1") { Reason = "Sweeping" },

        new("timed out while the image is made, builder runs", (Running(Capturing(Attempt(1, Phase.Running))) with { Now = Start.AddHours(20) }).Pods(Pod(PodLife.Running)), "")
            { Reason = "Building", WakeAfter = TimeSpan.FromMinutes(250) },
        new("timed out while the image is made, pod vanished", Running(Capturing(Attempt(1, Phase.Running))) with { Now = Start.AddHours(20) }, "finalizer access build:lab/2") { Reason = "Building" },
        new("timed out beyond the limit of captures", (Running(Capturing(Attempt(1, Phase.Running))) with { Now = Start.AddHours(25) }).Pods(Pod(PodLife.Running)), "stop:web-1-lab-1")
            { Reason = "Building" },

        // Cancel
        new("cancelled, pod runs", Running(Attempt(1, Phase.Running)).Cancelled().Pods(Pod(PodLife.Running)), "stop:web-1-lab-1") { Reason = "Cancelling" },
        new("cancelled, pod is stopping", Running(Attempt(1, Phase.Running)).Cancelled().Pods(Pod(PodLife.Running) with { DeletionDue = Start.AddMinutes(2) }), "")
            { Reason = "Cancelling" },
        new("cancelled, builder cleaned up", Running(Attempt(1, Phase.Cancelled)).Cancelled(), "-access") { Reason = "Cancelled" },
        new("cancelled, builder died", Running(Attempt(1, Phase.Running, dirty: true)).Cancelled(), "access sweep:lab/1") { Reason = "Sweeping" },
        new("cancelled, builder died, nothing left", Running(Attempt(1, Phase.Running)).Cancelled(), "-access") { Reason = "Cancelled" },
        new("cancelled, target had succeeded", Running(Attempt(1, Phase.Succeeded)).Cancelled().Pods(Pod(Ended, exitCode: 0)), "-access") { Reason = "Succeeded" },

        // Ends
        new("succeeded, pod still ends", Running(Attempt(1, Phase.Succeeded)).Pods(Pod(PodLife.Running)), "") { Reason = "Building", Message = "lab: Succeeded, cleaning up" },
        new("succeeded, its result stays", Running(WithResult(Attempt(1, Phase.Succeeded))).Pods(Pod(Ended, exitCode: 0)), "-access") { Reason = "Succeeded" },
        new("succeeded", Running(Attempt(1, Phase.Succeeded)).Pods(Pod(Ended, exitCode: 0)), "-access") { Reason = "Succeeded" },
        new("failed", Running(Attempt(1, Phase.Failed)).Pods(Pod(Ended, exitCode: 1)), "-access")
            { Reason = "ProvisionerFailed", Message = "lab: Provisioned not reached, step packages: exit code 1" },
        new("up to date", Running(UpToDate()).Pods(Pod(Ended, exitCode: 0)), "-access") { Reason = "UpToDate", Message = "nothing has changed since web-0" },
        new("up to date, pod still ends", Running(UpToDate()).Pods(Pod(PodLife.Running)), "") { Reason = "Building", Message = "lab: UpToDate, cleaning up" },
        new("succeeded, with a manifest", Running(Attempt(1, Phase.Succeeded)).With(b => b.Spec = b.Spec with { Manifest = new() { ConfigMapName = "images-$(build.name)" } }).Pods(Pod(Ended, exitCode: 0)), "-access manifest:images-web-1") { Reason = "Succeeded" },
        new("failed, with a manifest", Running(Attempt(1, Phase.Failed)).With(b => b.Spec = b.Spec with { Manifest = new() { ConfigMapName = "images" } }).Pods(Pod(Ended, exitCode: 1)), "-access") { Reason = "ProvisionerFailed" },
        new("one of two up to date", Running(UpToDate(), Attempt(1, Phase.Succeeded, "web-1-edge-1", name: "edge")), "-access")
            { Reason = "Succeeded", Message = "2/2 targets succeeded in 1m (up to date already: lab)" },
        new("one up to date, the other failed", Running(UpToDate(), Attempt(1, Phase.Failed, "web-1-edge-1", name: "edge")), "-access") { Reason = "ProvisionerFailed" },
        new("planned", Running(Planned()).Pods(Pod(Ended, exitCode: 0)), "-access") { Reason = "Planned", Message = "lab: would be built: params.release: 1.0 → 1.1 (since web-0)" },
        new("up to date, deleted", Running(UpToDate()).Deleted(), "-access -finalizer"),
        new("one of two ended", Running(Attempt(1, Phase.Succeeded), Attempt(1, Phase.Running, "web-1-edge-1", name: "edge"))
            .Pods(Pod(Ended, exitCode: 0), Pod(PodLife.Running, target: "edge")), "") { Reason = "Building", Message = "lab: Succeeded; edge: Pending" },
        new("one of two failed", Running(Attempt(1, Phase.Succeeded), Attempt(1, Phase.Failed, "web-1-edge-1", name: "edge")), "-access") { Reason = "ProvisionerFailed" },
        new("ended, pod hangs", (Running(Attempt(1, Phase.Succeeded) with { CompletionTime = Start }) with { Now = Start.AddMinutes(5) }).Pods(Pod(PodLife.Running)), "stop:web-1-lab-1")
            { Reason = "Building" },

        // Sweeping
        new("failed, things left", Running(Attempt(1, Phase.Failed, dirty: true)), "access sweep:lab/1") { Reason = "Sweeping", Message = "lab: removing qemu/machine vm-1" },
        new("failed, a result left", Running(WithResult(Attempt(1, Phase.Failed))), "access sweep:lab/1") { Reason = "Sweeping", Message = "lab: removing ami ami-1" },
        new("cancelled, a result left", Running(WithResult(Attempt(1, Phase.Cancelled))).Cancelled(), "access sweep:lab/1") { Reason = "Sweeping" },
        new("sweeper runs", Running(Attempt(1, Phase.Failed, dirty: true)).Pods(Pod(PodLife.Running, sweeper: true)), "") { Reason = "Sweeping" },
        new("sweeper runs, ledger is clean already", Running(Attempt(1, Phase.Failed)).Pods(Pod(PodLife.Running, sweeper: true)), "") { Reason = "Sweeping" },
        new("sweeper failed just now", Running(Attempt(1, Phase.Failed, dirty: true)).Pods(Pod(Ended, sweeper: true, exitCode: 1) with { EndedAt = Start.AddMinutes(1) }), "")
            { Reason = "Sweeping", WakeAfter = TimeSpan.FromSeconds(5) },
        new("sweepers failed", Running(Attempt(1, Phase.Failed, dirty: true)).Pods(Pod(Ended, 1, true, exitCode: 1), Pod(Ended, 2, true, exitCode: 1)),
            "stop:web-1-lab-sweep-1 access sweep:lab/3") { Reason = "Sweeping" },
        new("sweeper does not start", (Running(Attempt(1, Phase.Failed, dirty: true)) with { Now = Start.AddMinutes(6) }).Pods(Pod(Pending, sweeper: true)), "stop:web-1-lab-sweep-1")
            { Reason = "Sweeping" },
        new("swept", Running(Attempt(1, Phase.Failed)).Pods(Pod(Ended, sweeper: true, exitCode: 0)), "-access") { Reason = "ProvisionerFailed" },

        // Deletion
        new("deleted, pod runs", Running(Attempt(1, Phase.Running)).Deleted().Pods(Pod(PodLife.Running)), "stop:web-1-lab-1") { Reason = "Deleting" },
        new("deleted, pod is stopping", Running(Attempt(1, Phase.Running)).Deleted().Pods(Pod(PodLife.Running) with { DeletionDue = Start.AddMinutes(2) }), "") { Reason = "Deleting" },
        new("deleted, node gone", Running(Attempt(1, Phase.Running)).Deleted().Pods(Pod(PodLife.Running) with { DeletionDue = Start, NodeLost = true }), "kill:web-1-lab-1")
            { Reason = "Deleting" },
        new("deleted, builder cleaned up", Running(Attempt(1, Phase.Cancelled)).Deleted(), "-access -finalizer"),
        new("deleted, pod never wrote a word", Running(Attempt(1)).Deleted(), "-access -finalizer"),
        new("deleted, builder died", Running(Attempt(1, Phase.Running)).Deleted(), "access sweep:lab/1") { Reason = "Deleting" },
        new("deleted, builder died, sweeper runs", Running(Attempt(1, Phase.Running)).Deleted().Pods(Pod(PodLife.Running, sweeper: true)), "") { Reason = "Deleting" },
        new("deleted, builder died, swept", Running(Attempt(1, Phase.Running)).Deleted().Pods(Pod(Ended, sweeper: true, exitCode: 0)), "-access -finalizer"),
        new("deleted, swept, yet the ledger is not clean", Running(Attempt(1, Phase.Running, dirty: true)).Deleted().Pods(Pod(Ended, sweeper: true, exitCode: 0)),
            "access sweep:lab/2") { Reason = "Deleting" },
        new("deleted, things left", Running(Attempt(1, Phase.Failed, dirty: true)).Deleted(), "access sweep:lab/1") { Reason = "Deleting" },
        new("deleted, abandoned", Running(Attempt(1, Phase.Running, dirty: true)).Deleted().With(Abandon).Pods(Pod(PodLife.Running)), "stop:web-1-lab-1 -access -finalizer"),
        new("deleted with its namespace, things left", Running(Attempt(1, Phase.Running, dirty: true)).Deleted() with { NamespaceTerminating = true }, "access sweep:lab/1")
            { Reason = "Deleting", WakeAfter = TimeSpan.FromMinutes(5) },
        new("deleted with its namespace, given up", Later(Running(Attempt(1, Phase.Running, dirty: true)).Deleted(), 6) with { NamespaceTerminating = true }, "-access -finalizer"),

        // Ended builds
        new("finished", Finished(), ""),
        new("finished, pods gone", Finished().Pods(), ""),
        new("finished, to live for 24 h", Finished(ttl: 24), "") { WakeAfter = TimeSpan.FromHours(22) },
        new("finished, time to live is over", Finished(ttl: 2), "delete"),
        new("finished, time to live changed", Finished(ttl: 24).With(b => b.Metadata.Generation = 2), "") { Reason = "Succeeded", WakeAfter = TimeSpan.FromHours(22) },
        new("finished, asked to reconcile", Finished().With(b => b.Metadata.Annotations = Asked), "") { Reason = "Succeeded" },
        new("finished, deleted", Finished().Deleted(), "-access -finalizer"),
    ];

    public static TheoryData<string> Rows => [.. Table.Select(r => r.When)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decide_Row_ActionsAndReason(string when)
    {
        var row = Table.Single(r => r.When == when);

        var decision = BuildDecision.Decide(row.Given);

        Assert.Equal(row.Actions, DecisionRow.Words(decision));
        Assert.Equal(row.Reason, decision.Status?.Conditions?.Find(ConditionTypes.Ready)?.Reason);
        if (row.Message is not null) Assert.Contains(row.Message, decision.Status!.Conditions!.Find(ConditionTypes.Ready)!.Message, StringComparison.Ordinal);
        if (row.WakeAfter is not null) Assert.Equal(row.WakeAfter, decision.WakeAfter);
        Assert.False(decision.NeedsLive);
        StatusContract.Check(row.Given, decision);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decide_Twice_SecondTimeNothingNewInStatus(string when)
    {
        var row = Table.Single(r => r.When == when);
        if (BuildDecision.Decide(row.Given).Status is not { } status) return;

        // The builder's part stays as it was; the operator's is as decided.
        var after = row.Given.With(b => b.Status = StatusContract.Merge(b.Status, status));
        var again = BuildDecision.Decide(after);

        if (again.Status is { } second) Assert.True(StatusCoverage.IsCovered(second, after.Build.Status));
    }

    [Theory]
    [InlineData("pod vanished")]
    [InlineData("pod ended without a result")]
    [InlineData("last pod vanished")]
    [InlineData("pod pending too long")]
    [InlineData("succeeded")]
    [InlineData("failed, things left")]
    [InlineData("cancelled, builder died")]
    [InlineData("deleted, builder died")]
    [InlineData("deleted, builder cleaned up")]
    [InlineData("timed out, no pod")]
    [InlineData("pod's deletion is late, node gone")]
    public void Decide_FromCaches_AsksForALiveObservation(string when)
    {
        var row = Table.Single(r => r.When == when);

        Assert.True(BuildDecision.Decide(row.Given with { Live = false }).NeedsLive);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("pod pending")]
    [InlineData("pod runs")]
    [InlineData("cancelled, pod runs")]
    [InlineData("deleted, pod runs")]
    [InlineData("finished")]
    public void Decide_FromCaches_CachesAreGoodEnough(string when)
    {
        var row = Table.Single(r => r.When == when);

        Assert.False(BuildDecision.Decide(row.Given with { Live = false }).NeedsLive);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("new, two targets")]
    [InlineData("queued, its turn")]
    public void Decide_QueueNotAsked_ClaimsAndDoesNothing(string when)
    {
        var row = Table.Single(r => r.When == when);

        var decision = BuildDecision.Decide(row.Given with { Admissions = Admissions.NotAsked });

        Assert.Equal(row.Given.Template!.Targets.Select(t => t.Name), decision.Claims.Select(c => c.Target));
        Assert.Equal("", DecisionRow.Words(decision));
    }

    [Fact]
    public void Decide_CancelledForAnother_NamesTheFailedTarget()
    {
        var status = BuildDecision.Decide(TwoTargets(Attempt(null, pod: null, name: "edge"))).Status!;

        var edge = status.Targets!.Single(t => t.Name == "edge");
        Assert.Equal((Phase.Cancelled, "OtherTargetFailed"), (edge.Phase, edge.Failure!.Reason));
        Assert.Contains("target lab failed", edge.Failure.Message, StringComparison.Ordinal);
        Assert.Equal("Failed", status.Stage);
    }

    [Fact]
    public void Decide_AskedToReconcile_SaysWhichRequestWasHandled()
    {
        Assert.Equal("now", BuildDecision.Decide(New().With(b => b.Metadata.Annotations = Asked)).Status!.LastHandledReconcileAt);
        Assert.Equal("now", BuildDecision.Decide(Finished().With(b => b.Metadata.Annotations = Asked)).Status!.LastHandledReconcileAt);
        Assert.Null(BuildDecision.Decide(New()).Status!.LastHandledReconcileAt);
    }

    [Fact]
    public void Decide_FinishedAndChanged_ResultAndTimesStay()
    {
        var before = Finished(ttl: 24).With(b => b.Metadata.Generation = 2);

        var after = BuildDecision.Decide(before).Status!;

        Assert.Equal(2, after.ObservedGeneration);
        Assert.All(after.Conditions!, c => Assert.Equal((2, before.Build.Status!.Conditions!.Find(c.Type)!.LastTransitionTime), (c.ObservedGeneration, c.LastTransitionTime)));
        Assert.Equal(before.Build.Status!.CompletionTime, after.CompletionTime);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decide_End_TheEventHasTheConditionsReason(string when)
    {
        var decision = BuildDecision.Decide(Table.Single(r => r.When == when).Given);
        if (decision.Actions.OfType<BuildAction.Report>().FirstOrDefault(r => r.Verb == "Finish") is not { } report) return;

        Assert.Equal(decision.Status!.Conditions!.Find(ConditionTypes.Ready)!.Reason, report.Reason);
        Assert.Equal(decision.Status!.Conditions!.Find(ConditionTypes.Ready)!.Message, report.Note);
    }

    [Fact]
    public void Decide_UpToDate_ArtifactsDigestAndReasonAreTheBuilds()
    {
        var status = BuildDecision.Decide(Running(UpToDate()).Pods(Pod(Ended, exitCode: 0))).Status!;

        Assert.Equal("hostpath:/srv/out/web-0", Assert.Single(status.Artifacts!).Id);
        Assert.Equal("nothing has changed since web-0", status.Reason);
        Assert.Matches("^sha256:[0-9a-f]{64}$", status.InputsDigest);
        Assert.Equal(("1/1", "UpToDate"), (status.TargetSummary, status.Stage));
    }

    [Fact]
    public void Decide_Abandoned_SaysWhatIsLeft()
    {
        var observed = Running(Attempt(1, Phase.Failed, dirty: true)).Deleted().With(Abandon);

        var report = Assert.Single(BuildDecision.Decide(observed).Actions.OfType<BuildAction.Report>());

        Assert.Equal("CleanupAbandoned", report.Reason);
        Assert.Contains("qemu/machine vm-1", report.Note, StringComparison.Ordinal);
    }

    /// <summary>lab has failed, and the build wants the other target to be cancelled then.</summary>
    private static BuildObservation TwoTargets(TargetStatus other) => FailFast(Running(Attempt(1, Phase.Failed), other));

    private static BuildObservation FailFast(BuildObservation observed) =>
        observed.With(b => b.Spec = b.Spec with { FailurePolicy = b.Spec.FailurePolicy with { OtherTargets = OtherTargets.Cancel } });

    /// <summary>The image has been in the making since ten minutes after the start.</summary>
    private static TargetStatus Capturing(TargetStatus target) => target with { Stages = [new() { Name = BuildStage.Captured, StartTime = Start.AddMinutes(10) }] };

    private static TargetStatus Failed(string reason) =>
        Attempt(1, Phase.Failed) with { Failure = new() { Stage = BuildStage.SourceResolved, Reason = reason, Message = "x" } };

    private static TargetStatus UpToDate() => Attempt(1, Phase.UpToDate) with
    {
        InputsDigest = "sha256:1",
        Reason = "nothing has changed since web-0",
        ResultOf = "web-0",
        Artifacts = [new() { Type = "qcow2", Id = "hostpath:/srv/out/web-0" }],
    };

    private static TargetStatus Planned() => Attempt(1, Phase.Planned) with { Plan = PlannedAction.Build, Reason = "params.release: 1.0 → 1.1 (since web-0)" };

    private static BuildObservation Later(BuildObservation observed, int minutes) => observed with { Now = observed.Now.AddMinutes(minutes) };

    private static void Abandon(ImageBuild build) => build.Metadata.Annotations = new Dictionary<string, string> { [Labels.AbandonCleanup] = "true" };

    private static Dictionary<string, string> Asked => new() { [Labels.ReconcileRequestedAt] = "now" };

    private static BuildObservation Finished(double? ttl = null)
    {
        var observed = Running(Attempt(1, Phase.Succeeded)).Pods(Pod(Ended, exitCode: 0));
        var status = BuildDecision.Decide(observed).Status!;
        return observed.With(b =>
        {
            b.Status = status with { CompletionTime = Start };
            b.Spec = b.Spec with { TtlAfterFinished = ttl is { } hours ? Duration.FromMinutes(hours * 60) : null };
        }) with
        { Now = Start + TwoHours };
    }
}
