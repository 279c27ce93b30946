using ImageOperator.Api.ImageBuilds;
using System.Net.Sockets;
using System.Text;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Ports;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>Turns a greeted socket into a session: key exchange, host key, authentication.</summary>
internal sealed class Login(MachineEndpoint endpoint, MachineCredentials credentials)
{
    // SSH.NET's wait for each answer; an emulated guest under load takes seconds for its part of the key exchange.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);
    private readonly byte[] _pinned = Ed25519KeyPair.BlobOf(credentials.HostPublicKey);

    /// <summary>A session, or why there is none. The socket belongs to the session, or is closed.</summary>
    public async Task<(Session? Session, ConnectFailure? Failure)> TryAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var key = new PrivateKeyFile(new MemoryStream(Encoding.ASCII.GetBytes(credentials.PrivateKey)));
        using var method = new PrivateKeyAuthenticationMethod(credentials.User, key);
        var info = new ConnectionInfo(endpoint.Host, endpoint.Port, credentials.User, method) { Timeout = AnswerTimeout };
        Algorithms.Choose(info);
        var session = HandedSocket.CreateSession(info, socket);
        var hostKey = HostKeySight.None;
        session.HostKeyReceived += (_, e) =>
        {
            e.CanTrust = e.HostKey.AsSpan().SequenceEqual(_pinned);
            hostKey = e.CanTrust ? HostKeySight.Ours : HostKeySight.Foreign;
        };
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
            return (null, Explain(error, hostKey, info));
        }
    }

    private ConnectFailure Explain(Exception error, HostKeySight hostKey, ConnectionInfo info) => error switch
    {
        _ when hostKey == HostKeySight.Foreign =>
            new(ConnectionReason.WrongHostKey, "the SSH server shows another host key than the one put into the machine", Patience.WhileSeeding, error),
        SshAuthenticationException =>
            new(ConnectionReason.LoginRefused, $"the SSH server refuses the login of {credentials.User}: {error.Message}", Patience.WhileSeeding, error),
        // SSH.NET notes each algorithm as it is agreed on, the host key's directly after the key exchange's.
        SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } when info is { CurrentKeyExchangeAlgorithm: not null, CurrentHostKeyAlgorithm: null } =>
            new(ConnectionReason.NoHostKey, $"the SSH server has no ed25519 host key: {error.Message}", Patience.WhileSeeding, error),
        SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } when hostKey == HostKeySight.None =>
            new(ConnectionReason.NoCommonAlgorithm, error.Message, Patience.None, error),
        SshConnectionException or SocketException or SshOperationTimeoutException or ObjectDisposedException => new(
            hostKey == HostKeySight.None ? ConnectionReason.KeyExchangeBroken : ConnectionReason.AccountClosed,
            $"the SSH server broke off during the {(hostKey == HostKeySight.None ? "key exchange" : "login")}: {error.Message}", Error: error),
        _ => new(ConnectionReason.KeyExchangeBroken, error.Message, Patience.None, error),
    };

    private enum HostKeySight
    {
        None,
        Ours,
        Foreign,
    }
}
