using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Cli.Resume;

/// <summary>What is asked for.</summary>
/// <param name="Build">The build's name.</param>
/// <param name="Target">Only this one; null: all that are held.</param>
/// <param name="Step">The breakpoint; null: the one at which it is held.</param>
/// <param name="Stop">To end the build, not to go on.</param>
internal sealed record ResumeChoice(string Build, string? Target, string? Step, bool Stop)
{
    /// <summary>The targets and their steps that are meant.</summary>
    /// <exception cref="ResumeException">There is none.</exception>
    public IReadOnlyList<(string Target, string Step)> Among(IReadOnlyList<TargetStatus> targets)
    {
        var chosen = targets.Where(t => Target is null || t.Name == Target).ToList();
        if (chosen.Count == 0 && Target is not null) throw new ResumeException($"{Build} has no target {Target}: it has {string.Join(", ", targets.Select(t => t.Name))}");
        if (Step is { } step) return [.. chosen.Select(t => (t.Name, step))];
        var held = chosen.Select(t => (t.Name, Step: ResumeOrders.HeldAt(t))).Where(t => t.Step is not null).Select(t => (t.Name, t.Step!)).ToList();
        return held.Count > 0 ? held : throw new ResumeException($"{Build} is not held at a breakpoint ({string.Join("; ", chosen.Select(Doing))}): --step names one that is to come");
    }

    /// <summary>What was said, for people.</summary>
    public string Said((string Target, string Step) at) => $"{Build}: target {at.Target} {(Stop ? "is stopped" : "goes on")} at {at.Step}";

    private static string Doing(TargetStatus target) => $"{target.Name}: {target.Phase?.ToString() ?? "not begun"}{(target.Progress?.Step is { } step ? $" in step {step}" : "")}";
}

/// <summary>Nothing can be said.</summary>
internal sealed class ResumeException(string message) : Exception(message);
