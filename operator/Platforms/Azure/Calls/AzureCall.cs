namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>One call to Azure, over all its tries.</summary>
/// <param name="Action">The action that a role must allow: <c>Microsoft.Compute/virtualMachines/write</c>.</param>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
internal sealed record AzureCall(string Action, string Reason)
{
    /// <summary>Speaks of something made a moment ago, which Azure may not find everywhere yet.</summary>
    public bool OfWhatWasJustMade { get; init; }

    /// <summary>What must stand fast before each try.</summary>
    public Func<CancellationToken, Task>? BeforeTry { get; set; }

    /// <summary>Whether a try may have had its effect although it failed: or has begun to have it.</summary>
    public bool Unclear { get; set; }
}
