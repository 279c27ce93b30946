namespace ImageOperator.Platforms.Aws.SessionManager.Messages;

/// <summary>The types of messages of a data channel.</summary>
internal static class MessageTypes
{
    /// <summary>Data for the agent.</summary>
    public const string Input = "input_stream_data";

    /// <summary>Data from the agent.</summary>
    public const string Output = "output_stream_data";

    public const string Acknowledge = "acknowledge";

    /// <summary>The session is over; the payload says why.</summary>
    public const string ChannelClosed = "channel_closed";

    /// <summary>The agent is away from its end of the channel: what is sent now is lost.</summary>
    public const string PausePublication = "pause_publication";

    /// <summary>The agent is at its end again.</summary>
    public const string StartPublication = "start_publication";
}
