using System.Text;
using System.Text.Json;

namespace ImageOperator.Platforms.Aws.SessionManager.Messages;

/// <summary>Says that a message of data has arrived.</summary>
internal static class Acknowledgement
{
    /// <summary>The first and the last of its stream: acknowledgements are not counted.</summary>
    private const ulong Alone = 3;

    public static AgentMessage Of(AgentMessage message) => new(MessageTypes.Acknowledge, 0, PayloadType.None, Encoding.UTF8.GetBytes(FormattableString.Invariant(
        $$"""{"AcknowledgedMessageType":"{{message.Type}}","AcknowledgedMessageId":"{{message.Id}}","AcknowledgedMessageSequenceNumber":{{message.Sequence}},"IsSequentialMessage":true}""")))
    {
        Flags = Alone,
    };

    /// <returns>The number of the message that has arrived; null if it is none of data.</returns>
    public static long? SequenceOf(AgentMessage acknowledgement)
    {
        var reader = new Utf8JsonReader(acknowledgement.Payload.Span);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("AcknowledgedMessageSequenceNumber"u8)) continue;
            reader.Read();
            return reader.GetInt64();
        }

        return null;
    }
}
