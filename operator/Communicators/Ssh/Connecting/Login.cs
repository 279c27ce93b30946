using System.Net.Sockets;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Ports;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>Turns a greeted socket into a session: key exchange, host key, authentication.</summary>
/// <param name="endpoint">Whose server it is.</param>
/// <param name="identity">Who logs in.</param>
/// <param name="pinned">The host keys that are accepted.</param>
/// <param name="hop">The host on the way that it is; null for the machine.</param>
/// <param name="emulated">Whether its instructions are emulated.</param>
/// <param name="time">The clock.</param>
internal sealed class Login(MachineEndpoint endpoint, LoginIdentity identity, PinnedKeys pinned, string? hop, bool emulated, TimeProvider time)
{
    // SSH.NET's wait for each answer; an emulated guest under load takes seconds for its part of the key exchange.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private readonly HashSet<string> _foreignTypes = new(StringComparer.Ordinal);

    // A guest takes its keys from its seed some time after its server is up; a host on the way is as it is.
    private Patience OfRefusal => hop is null ? Patience.WhileSeeding : Patience.None;

    private string Server => hop is null ? "the SSH server" : $"the SSH server of {hop}";

    /// <summary>A session, or why there is none. The socket belongs to the session, or is closed.</summary>
    public async Task<(Session? Session, ConnectFailure? Failure)> TryAsync(Socket socket, CancellationToken cancellationToken)
    {
        var (methods, unusable) = identity.CreateMethods(time.GetUtcNow());
        try
        {
            if (unusable is not null)
            {
                socket.Dispose();
                return (null, unusable with { Hop = hop });
            }

            var (session, failure) = await TryAsync(socket, methods, cancellationToken).ConfigureAwait(false);
            return (session, failure is null ? null : failure with { Hop = hop });
        }
        finally
        {
            foreach (var method in methods) Dispose(method);
        }
    }

    private async Task<(Session? Session, ConnectFailure? Failure)> TryAsync(Socket socket, IReadOnlyList<AuthenticationMethod> methods, CancellationToken cancellationToken)
    {
        var info = new ConnectionInfo(endpoint.Host, endpoint.Port, identity.User, [.. methods]) { Timeout = AnswerTimeout };
        Algorithms.Choose(info, pinned.Algorithms(_foreignTypes), emulated);
        var session = HandedSocket.CreateSession(info, socket);
        var sight = new HostKeySight();
        session.HostKeyReceived += (_, e) =>
        {
            sight.Shown = e.HostKey;
            e.CanTrust = sight.Trusted = pinned.Accepts(e.HostKey);
        };
        // What sshd and PAM have to say of a login that they refuse: an expired account, a system that boots.
        info.AuthenticationBanner += (_, e) => sight.Banner += e.BannerMessage;
        try
        {
            // SSH.NET waits by blocking; closing the socket is what ends it.
            await using var abort = cancellationToken.Register(socket.Dispose).ConfigureAwait(false);
            await Task.Run(() => session.ConnectAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            return (session, null);
        }
        catch (Exception error)
        {
            session.Dispose();
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return (null, Explain(error, sight, info));
        }
    }

    private static void Dispose(AuthenticationMethod method)
    {
        if (method is PrivateKeyAuthenticationMethod { KeyFiles: var keys })
        {
            foreach (var key in keys.OfType<IDisposable>()) key.Dispose();
        }

        (method as IDisposable)?.Dispose();
    }

    private ConnectFailure Explain(Exception error, HostKeySight sight, ConnectionInfo info)
    {
        switch (error)
        {
            case var _ when sight is { Shown: { } shown, Trusted: false }:
                return Foreign($"{Server} shows a host key that is not pinned: {PinnedKeys.Fingerprint(shown)} ({info.CurrentHostKeyAlgorithm})", PinnedKeys.TypeOf(info.CurrentHostKeyAlgorithm ?? ""), error);
            case SshAuthenticationException:
                return new(ConnectionReason.LoginRefused, $"{Server} refuses the login of {identity.User}: {error.Message}{sight.Said}", OfRefusal, error);
            // SSH.NET notes each algorithm as it is agreed on, the host key's directly after the key exchange's.
            case SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } when info is { CurrentKeyExchangeAlgorithm: not null, CurrentHostKeyAlgorithm: null }:
                if (_foreignTypes.Count > 0)
                {
                    _foreignTypes.Clear();
                    return new(ConnectionReason.WrongHostKey, $"{Server} shows host keys that are not pinned, of each type that it has", OfRefusal, error);
                }

                return new(ConnectionReason.NoHostKey, $"{Server} has no host key of a pinned type: {error.Message}", OfRefusal, error);
            case SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } when sight.Shown is null:
                return new(ConnectionReason.NoCommonAlgorithm, error.Message, Patience.None, error);
            // Who says why he ends it closes the account; a line that breaks or stalls says nothing of it.
            case SocketException or SshOperationTimeoutException or ObjectDisposedException when hop is not null && sight.Shown is not null:
                return new(ConnectionReason.SessionBroken, $"the connection to {Server} broke during the login of {identity.User}: {error.Message}", Error: error);
            case SshConnectionException or SocketException or SshOperationTimeoutException or ObjectDisposedException:
                return sight.Shown is null
                    ? new(ConnectionReason.KeyExchangeBroken, $"{Server} broke off during the key exchange: {error.Message}", Error: error)
                    : new(ConnectionReason.AccountClosed, $"{Server} broke off during the login of {identity.User}: {error.Message}{sight.Said}", hop is null ? Patience.UntilTimeout : Patience.None, error);
            default:
                return new(ConnectionReason.KeyExchangeBroken, error.Message, Patience.None, error);
        }
    }

    // Fingerprints do not tell their key's type: the other types that the server may have are asked for in turn.
    private ConnectFailure Foreign(string text, string type, Exception error)
    {
        _foreignTypes.Add(type);
        if (pinned.Algorithms(_foreignTypes).Count > 0) return new(ConnectionReason.WrongHostKey, text, Patience.UntilTimeout, error);
        _foreignTypes.Clear();
        return new(ConnectionReason.WrongHostKey, text, OfRefusal, error);
    }

    private sealed class HostKeySight
    {
        public byte[]? Shown { get; set; }

        public bool Trusted { get; set; }

        public string Banner { get; set; } = "";

        /// <summary>What was said at the login, as the end of a sentence.</summary>
        public string Said => Banner.Trim() is { Length: > 0 } said ? $"; it said \"{Shortened(said.ReplaceLineEndings("; "))}\"" : "";

        private static string Shortened(string text) => text.Length > 300 ? text[..300] : text;
    }
}
