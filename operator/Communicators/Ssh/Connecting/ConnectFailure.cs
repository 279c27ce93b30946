using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>Why one try did not lead to a session.</summary>
/// <param name="Reason">Why; tells the layer.</param>
/// <param name="Text">What happened.</param>
/// <param name="Patience">What a further try may bring.</param>
/// <param name="Error">The library's error.</param>
internal sealed record ConnectFailure(ConnectionReason Reason, string Text, Patience Patience = Patience.UntilTimeout, Exception? Error = null)
{
    /// <summary>Which host on the way failed; null for the machine itself.</summary>
    public string? Hop { get; init; }

    /// <summary>What to look at or to change, where it takes more than the reason to know.</summary>
    public string? Hint { get; init; }
}

/// <summary>How long a failure may be one of a guest that is still coming up.</summary>
internal enum Patience
{
    /// <summary>Until the timeout.</summary>
    UntilTimeout,

    /// <summary>For a short while: the server may be up before the seed was applied.</summary>
    WhileSeeding,

    /// <summary>A further try would end the same.</summary>
    None,
}
