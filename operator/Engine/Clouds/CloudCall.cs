namespace ImageOperator.Engine.Clouds;

/// <summary>One call to a cloud's API, over all its tries.</summary>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
public abstract record CloudCall(string Reason)
{
    /// <summary>The service, for traces: <c>ec2</c>.</summary>
    public abstract string System { get; }

    /// <summary>What is called, for traces, from a closed set of words.</summary>
    public abstract string Operation { get; }

    /// <summary>The call as the cloud's rights name it: <c>ec2:RunInstances</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Speaks of something made a moment ago, which may not be found everywhere yet.</summary>
    public bool OfWhatWasJustMade { get; set; }

    /// <summary>Whether a try may have had its effect although it failed: or has begun to have it.</summary>
    public bool Unclear { get; set; }

    /// <summary>What must stand fast before each try.</summary>
    public Func<CancellationToken, Task>? BeforeTry { get; set; }
}
