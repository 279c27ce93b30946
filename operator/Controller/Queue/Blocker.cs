using System.Globalization;
using ImageOperator.Api.Conditions;

namespace ImageOperator.Controller.Queue;

/// <summary>The limit that a lane waits for. Those that wait for the same one form a queue.</summary>
/// <param name="Queue">What the limit is of, for people: <c>ImagePlatform lab</c>.</param>
/// <param name="Words">How it stands: <c>5 of 5 builds run</c>.</param>
/// <param name="Until">When it will be over by itself: a month's quota.</param>
/// <param name="Reason">Queued where a place is waited for, else what is.</param>
/// <param name="Platform">Set when the queue is a platform's: two namespaces may each have one of the same name.</param>
internal sealed record Blocker(string Queue, string Words, DateTimeOffset? Until = null, string Reason = Reasons.Queued, PlatformKey? Platform = null)
{
    /// <summary>No limit is known yet: the leader has just begun.</summary>
    public static Blocker Starting { get; } = new("the cluster", "the operator has just started");

    public string Limit => $"{Queue}: {Words}";

    public static Blocker Places(string queue, int running, int limit) =>
        new(queue, string.Create(CultureInfo.InvariantCulture, $"{running} of {limit} builds run"));

    public static Blocker Places(PlatformKey platform, int running, int limit) => Places(platform.ToString(), running, limit) with { Platform = platform };

    public static Blocker Hours(string queue, ExhaustedHours hours) =>
        new(queue, string.Create(CultureInfo.InvariantCulture, $"{hours.Used:0.0} of {hours.Quota} machine-hours of {hours.Until.AddDays(-1):yyyy-MM} are used"), hours.Until, Reasons.MachineHoursExhausted);

    public static Blocker Gone(PlatformKey platform) =>
        new(platform.ToString(), "it was deleted; what waits for it starts when it is there again", Reason: Reasons.PlatformNotFound, Platform: platform);
}
