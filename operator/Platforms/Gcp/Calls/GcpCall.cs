namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>One call to Google Cloud, over all its tries.</summary>
/// <param name="Method">The method's ID in Google's API description: <c>compute.instances.insert</c>.</param>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
internal sealed record GcpCall(string Method, string Reason)
{
    /// <summary>Speaks of something made a moment ago, which may not be found everywhere yet.</summary>
    public bool OfWhatWasJustMade { get; init; }

    /// <summary>Whether a try may have had its effect although it failed.</summary>
    public bool Unclear { get; set; }

    /// <summary>Is done before the call is tried again.</summary>
    public Func<CancellationToken, Task>? BeforeRetry { get; set; }
}
