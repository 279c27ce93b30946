namespace ImageOperator.Api.ImageBuilds;

/// <summary>What of a target's ledger somebody must still remove.</summary>
public static class LeftResources
{
    /// <summary>What is temporary; of a target that has ended without success also its results, of which nobody was told.</summary>
    public static IEnumerable<LedgerEntry> Left(this TargetStatus target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var forNothing = target.Phase.IsTerminal() && !target.Phase.IsSuccess();
        return (target.Resources ?? []).Where(r => r.Temporary || forNothing);
    }
}
