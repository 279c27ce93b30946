using ImageOperator.Platforms.Aws.SessionManager.Messages;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Puts messages into order.</summary>
internal sealed class IncomingMessages
{
    /// <summary>What is further ahead is not kept, and so not acknowledged: it comes again.</summary>
    private const int Capacity = 10_000;

    private readonly Dictionary<long, AgentMessage> _early = [];
    private long _expected;

    /// <summary>Takes a message. One that came before is acknowledged again: the agent sends nothing else anew until it knows.</summary>
    /// <returns>Whether it is to be acknowledged.</returns>
    public bool Take(AgentMessage message)
    {
        if (message.Sequence < _expected) return true;
        if (message.Sequence > _expected && _early.Count >= Capacity) return false;
        _early[message.Sequence] = message;
        return true;
    }

    /// <summary>The next one in order; null if it has not come.</summary>
    public AgentMessage? Next()
    {
        if (!_early.Remove(_expected, out var message)) return null;
        _expected++;
        return message;
    }
}
