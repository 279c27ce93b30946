using System.Net.WebSockets;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Opens the websockets of one session.</summary>
internal interface ISessionLink
{
    /// <summary>What the session is called.</summary>
    string SessionId { get; }

    /// <summary>Opens the first one, and says the token that came with the session.</summary>
    Task<WebSocket> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens another one, with a new token.</summary>
    /// <returns>Null: the session is over.</returns>
    Task<WebSocket?> ResumeAsync(CancellationToken cancellationToken);
}
