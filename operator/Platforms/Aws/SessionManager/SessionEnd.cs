using System.Text.Json;
using ImageOperator.Platforms.Aws.SessionManager.Messages;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Why a session is over.</summary>
/// <param name="Reason">The cause.</param>
/// <param name="IsOurs">We ended it.</param>
internal sealed record SessionEnd(string Reason, bool IsOurs = false)
{
    public Exception? Error { get; init; }

    /// <summary>What the service or the agent says of it.</summary>
    public static SessionEnd Of(AgentMessage closed)
    {
        try
        {
            using var content = JsonDocument.Parse(closed.Payload);
            return content.RootElement.TryGetProperty("Output", out var output) && output.GetString() is { Length: > 0 } text
                ? new(text.ReplaceLineEndings(" ").Trim())
                : new("the agent closed it");
        }
        catch (JsonException)
        {
            return new("the agent closed it");
        }
    }
}

/// <summary>A session that came to nothing.</summary>
internal sealed class SessionRefusedException(string message) : Exception(message);
