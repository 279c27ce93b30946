using Renci.SshNet;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>A channel with a TCP connection of the server at its end.</summary>
internal sealed class ForwardChannel(Session session, uint number) : DataChannel(session, number)
{
    private const uint AdministrativelyProhibited = 1;

    public Task OpenAsync(string host, int port, CancellationToken cancellationToken) => OpenAsync(new ForwardOpenInfo(host, port), cancellationToken);

    // The other side's end; the connection's other direction is of no use to SSH.
    public override void OnEnd() => EndOutput();

    protected override Exception Refusal(ChannelOpenFailureMessage message) =>
        new ForwardRefusedException(message.Description, message.ReasonCode == AdministrativelyProhibited);
}
