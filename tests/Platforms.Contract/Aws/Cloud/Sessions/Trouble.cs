namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

/// <summary>What goes wrong between a client and an agent. Each number is how-manieth message it happens to, counted over the session; none of it by default.</summary>
internal sealed class Trouble
{
    /// <summary>The client's data is lost on its way, once.</summary>
    public int? LoseInput { get; init; }

    /// <summary>The agent's acknowledgement is lost: it never comes, for the agent says nothing of what it knows.</summary>
    public int? LoseAcknowledgement { get; init; }

    /// <summary>The agent's data is lost on its way, once.</summary>
    public int? LoseOutput { get; init; }

    /// <summary>The agent's data comes behind what was sent after it.</summary>
    public int? SwapOutput { get; init; }

    /// <summary>The agent's data comes twice.</summary>
    public int? DoubleOutput { get; init; }

    /// <summary>The websocket breaks after so many messages of the client's.</summary>
    public IReadOnlyList<int> BreakAfter { get; init; } = [];

    /// <summary>The websocket breaks after so many messages of the agent's.</summary>
    public IReadOnlyList<int> BreakOutputAfter { get; init; } = [];

    /// <summary>The agent is away for a while after so many messages of the client's: those that are sent all the same are lost.</summary>
    public int? PauseAfter { get; init; }

    /// <summary>The session ends after so many messages of the client's.</summary>
    public int? CloseAfter { get; init; }

    /// <summary>The agent asks for what a port has not.</summary>
    public bool AskForEncryption { get; init; }

    /// <summary>The agent never shakes hands.</summary>
    public bool Hang { get; init; }

    public static bool Hits(int? every, int number) => every is { } n && number % n == 0;
}
