using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Queue;

namespace ImageOperator.Controller.Builds;

/// <summary>A target after a decision.</summary>
/// <param name="Seen">All that is known: what the builder wrote, with what the operator now adds.</param>
/// <param name="Owned">The fields that the operator applies.</param>
/// <param name="Words">How it stands, for people.</param>
/// <param name="IsQuiet">No builder pod may still do something.</param>
/// <param name="Place">Its place in the queue, while it waits there.</param>
internal sealed record TargetView(TargetStatus Seen, TargetStatus Owned, string Words, bool IsQuiet, QueuePlace? Place = null)
{
    public bool IsTerminal => IsTerminalPhase(Seen.Phase);

    public bool IsSettled => IsTerminal && IsQuiet;

    public static bool IsTerminalPhase(TargetPhase? phase) => phase.IsTerminal();
}
