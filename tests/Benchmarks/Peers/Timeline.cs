using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Benchmarks.Peers;

/// <summary>Reads off a target's status when what was reached, counted from the user's command.</summary>
internal static class Timeline
{
    public const string BuilderStarted = "builder at work";
    public const string OwnTime = "own time";

    private static readonly (BuildStage Stage, string Name)[] Reached =
    [
        (BuildStage.SourceResolved, "source verified"), (BuildStage.MachineCreated, "VM started"), (BuildStage.Connected, "SSH connected"),
        (BuildStage.Provisioned, "provisioned"), (BuildStage.Captured, "captured"), (BuildStage.Tested, "tested (nothing to test)"), (BuildStage.Distributed, "distributed"),
    ];

    public static Dictionary<string, double> Of(TargetStatus status, DateTimeOffset started, double total)
    {
        var parts = new Dictionary<string, double>();
        if (status.StartTime is { } start) parts[BuilderStarted] = (start - started).TotalSeconds;
        foreach (var (stage, name) in Reached)
        {
            if (Find(status, stage)?.CompletionTime is { } time) parts[name] = (time - started).TotalSeconds;
        }

        // What any tool has to wait for: the guest's boot, the commands, its shutdown and the copy of its disk.
        var steps = (status.Steps ?? []).Sum(s => s.Duration?.Value.TotalSeconds ?? 0);
        parts[OwnTime] = total - Length(status, BuildStage.Connected) - steps - Length(status, BuildStage.Captured);
        return parts;
    }

    private static double Length(TargetStatus status, BuildStage stage) =>
        Find(status, stage) is { CompletionTime: { } end } found ? (end - found.StartTime).TotalSeconds : 0;

    private static StageStatus? Find(TargetStatus status, BuildStage stage) => status.Stages?.FirstOrDefault(s => s.Name == stage);
}
