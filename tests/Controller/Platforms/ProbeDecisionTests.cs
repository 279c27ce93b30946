using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Platforms;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;

namespace ImageOperator.Controller.Tests.Platforms;

public sealed class ProbeDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProbeResult Works = new() { Outcome = ProbeOutcome.Works, Message = "fine", Identity = "arn:aws:iam::1:user/x" };
    private static readonly ProbeResult Refused = new() { Outcome = ProbeOutcome.Refused, Message = "no such key" };
    private static readonly ProbeResult Failed = new() { Outcome = ProbeOutcome.Failed, Message = "no answer" };

    private static readonly Row[] Table =
    [
        new("new", Aws(), "create", "Probing", KStatusCode.InProgress),
        new("new, spec invalid", Aws() with { Errors = ["spec: wrong"] }, "", "Invalid", KStatusCode.Failed),
        new("invalid with a pod", Aws() with { Errors = ["spec: wrong"], Pod = Pod() }, "delete", "Invalid", KStatusCode.Failed),
        new("pod pending", Aws() with { Pod = Pod() with { Detail = "secret \"aws\" not found" } }, "", "Probing", KStatusCode.InProgress) { Message = "secret \"aws\" not found" },
        new("pod of an older spec", Aws() with { Pod = Pod() with { Generation = 1 } }, "delete", "Probing", KStatusCode.InProgress),
        new("pod of an older object", Aws() with { Pod = Pod() with { Ours = false } }, "delete", "Probing", KStatusCode.InProgress),
        new("pod being deleted", Aws() with { Pod = Pod() with { Terminating = true } }, "", "Probing", KStatusCode.InProgress),
        new("pod late", Aws() with { Pod = Pod() with { CreatedAt = Now.AddMinutes(-5), Detail = "ImagePullBackOff" } }, "delete", "ProbeFailed", KStatusCode.InProgress) { Message = "ImagePullBackOff" },
        new("works", Aws() with { Pod = Ended(Works) }, "delete", "CredentialsWork", KStatusCode.Current) { Wake = TimeSpan.FromHours(1) },
        new("works, qemu", Aws(new() { Qemu = new() }) with { Pod = Ended(Works) }, "delete", "ProbeSucceeded", KStatusCode.Current),
        new("refused", Aws() with { Pod = Ended(Refused) }, "delete", "CredentialsRefused", KStatusCode.Failed) { Message = "no such key", Wake = TimeSpan.FromMinutes(1) },
        new("failed", Aws() with { Pod = Ended(Failed) }, "delete", "ProbeFailed", KStatusCode.InProgress) { Wake = TimeSpan.FromMinutes(1) },
        new("failed for the third time", Known("ProbeFailed", failures: 2, now: 2) with { Pod = Ended(Failed) with { EndedAt = Now.AddMinutes(2) } }, "delete", "ProbeFailed", KStatusCode.InProgress) { Wake = TimeSpan.FromMinutes(4) },
        new("ended without a word", Aws() with { Pod = Ended(null) with { Detail = "OOMKilled, exit code 137" } }, "delete", "ProbeFailed", KStatusCode.InProgress) { Message = "OOMKilled" },
        new("no pod allowed", Aws() with { Refusal = "exceeded quota" }, "", "ProbeFailed", KStatusCode.InProgress) { Message = "exceeded quota" },
        new("known and fresh", Known("CredentialsWork"), "", null, null) { Wake = TimeSpan.FromMinutes(59) },
        new("known and old", Known("CredentialsWork", now: 60), "create", null, null),
        new("known, probed again", Known("CredentialsWork", now: 60) with { Pod = Pod() with { CreatedAt = Now.AddMinutes(60) } }, "", null, null),
        new("known, probed again and refused", Known("CredentialsWork", now: 60) with { Pod = Ended(Refused) }, "delete", "CredentialsRefused", KStatusCode.Failed),
        new("known, spec changed", Known("CredentialsWork", generation: 3), "create", "Probing", KStatusCode.InProgress),
        new("known, asked to look again", Known("CredentialsWork", requested: "now"), "create", null, null),
        new("known, asked and done", Known("CredentialsWork", requested: "now", handled: "now"), "", null, null),
        new("known, asked again while a pod ran", Known("CredentialsWork", requested: "later") with { Pod = Ended(Works) with { Requested = "now" } }, "delete", "CredentialsWork", KStatusCode.Current),
        new("failed, retried", Known("ProbeFailed", failures: 1, now: 1), "create", null, null),
        new("refused often, not retried yet", Known("CredentialsRefused", failures: 3, now: 3), "", null, null) { Wake = TimeSpan.FromMinutes(1) },
    ];

    /// <summary>Each state that a decision leads to.</summary>
    internal static IEnumerable<(string When, ImagePlatform Platform)> States =>
        from row in Table
        let verdict = ProbeDecision.Decide(row.Given).Verdict
        where verdict is not null
        select (row.When, (ImagePlatform)row.Given.Platform with { Status = verdict.Status });

    public static TheoryData<string> Rows => [.. Table.Select(r => r.When)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Decide_Row(string when)
    {
        var row = Table.Single(r => r.When == when);

        var decision = ProbeDecision.Decide(row.Given);

        Assert.Equal(row.Actions, (decision.Create, decision.Delete) switch { (true, false) => "create", (false, true) => "delete", (false, false) => "", _ => "both" });
        Assert.Equal(row.Reason, decision.Verdict?.Reason);
        if (row.Wake is { } wake) Assert.Equal(wake, decision.WakeAfter);
        if (decision.Verdict is not { } verdict) return;
        Assert.Contains(row.Message ?? "", verdict.Message, StringComparison.Ordinal);
        var conditions = verdict.Status.Conditions!;
        Assert.Empty(ConditionContract.Violations(row.Given.Platform, (ImagePlatform)row.Given.Platform with { Status = verdict.Status }));
        Assert.NotNull(conditions.Find(ConditionTypes.Ready));
        Assert.All(conditions, c => Assert.Equal(row.Given.Generation, c.ObservedGeneration));
        Assert.Equal(row.Given.Generation, verdict.Status.ObservedGeneration);
        var after = Of((ImagePlatform)row.Given.Platform) with { Status = verdict.Status };
        Assert.Equal(row.Code, KStatusCalculator.Compute(after).Code);
        Assert.Equal(row.Code == KStatusCode.Current ? "True" : row.Code == KStatusCode.Failed ? "False" : "Unknown", conditions.Find(ConditionTypes.Ready)!.Status);
    }

    [Fact]
    public void Decide_ResultSeenTwice_IsCountedOnce()
    {
        var seen = Aws() with { Pod = Ended(Failed) };
        var first = ProbeDecision.Decide(seen).Verdict!.Status;

        var second = ProbeDecision.Decide(seen with { Platform = Of((ImagePlatform)seen.Platform) with { Status = first } }).Verdict!.Status;

        Assert.Equal((1, 1), (first.Probe!.Failures, second.Probe!.Failures));
    }

    [Fact]
    public void Decide_RequestAnswered_IsNotAnsweredAgain()
    {
        var seen = Known("CredentialsWork", requested: "now") with { Pod = Ended(Works) with { Requested = "now" } };
        var status = ProbeDecision.Decide(seen).Verdict!.Status;

        var next = ProbeDecision.Decide(seen with { Pod = null, Platform = Of((ImagePlatform)seen.Platform) with { Status = status } });

        Assert.Equal("now", status.LastHandledReconcileAt);
        Assert.False(next.Create);
    }

    private static ProbeObservation Aws(ImagePlatformSpec? spec = null) => new()
    {
        Platform = new ImagePlatform
        {
            Metadata = new() { Name = "p", NamespaceProperty = "ns", Uid = "u", Generation = 2 },
            Spec = spec ?? new() { Aws = new() { Region = "eu-central-1" } },
        },
        Now = Now,
    };

    /// <summary>Probed at <see cref="Now"/>; now it is some minutes later.</summary>
    private static ProbeObservation Known(string result, long generation = 2, int? failures = null, double now = 1, string? requested = null, string? handled = null)
    {
        var seen = Aws();
        var status = new ImagePlatformStatus
        {
            ObservedGeneration = 2,
            Conditions = [new() { Type = "Ready", Status = result == "CredentialsWork" ? "True" : "False", Reason = result, Message = "m", ObservedGeneration = 2 }],
            Probe = new() { Time = Now, Generation = 2, Result = result, Failures = failures },
            LastHandledReconcileAt = handled,
        };
        var platform = Of((ImagePlatform)seen.Platform) with { Status = status };
        platform.Metadata.Generation = generation;
        if (requested is not null) platform.Metadata.Annotations = new Dictionary<string, string> { [Labels.ReconcileRequestedAt] = requested };
        return seen with { Platform = platform, Now = Now.AddMinutes(now) };
    }

    private static ImagePlatform Of(ImagePlatform platform) => platform with
    {
        Metadata = new() { Name = "p", NamespaceProperty = "ns", Uid = "u", Generation = platform.Metadata.Generation, Annotations = platform.Metadata.Annotations },
    };

    private static ProbePod Pod() => new() { Uid = "pod", Generation = 2, CreatedAt = Now };

    private static ProbePod Ended(ProbeResult? result) => Pod() with { EndedAt = Now, Result = result };

    private sealed record Row(string When, ProbeObservation Given, string Actions, string? Reason, KStatusCode? Code)
    {
        public string? Message { get; init; }

        public TimeSpan? Wake { get; init; }
    }
}
