using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using Renci.SshNet;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>A channel with a command, or a subsystem, at its end.</summary>
internal sealed class ExecChannel(Session session, uint number) : DataChannel(session, number)
{
    private readonly TaskCompletionSource<bool> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the command's end was told, though output may follow.</summary>
    public Task Exited => _exited.Task;

    /// <summary>The exit code; null as long as none was told.</summary>
    public int? ExitCode { get; private set; }

    public async Task OpenAsync(RequestInfo request, CancellationToken cancellationToken)
    {
        await OpenAsync(new SessionOpenInfo(), cancellationToken).ConfigureAwait(false);
        SendRequest(request);
        if (!await _accepted.Task.WaitAsync(cancellationToken).ConfigureAwait(false))
            throw new ConnectionException(ConnectionReason.CommandsDenied, "the SSH server refuses to run commands", "is it restricted to SFTP, or by ForceCommand?");
    }

    public override void OnAccepted(bool accepted) => _accepted.TrySetResult(accepted);

    public override void OnRequest(ChannelRequestMessage message)
    {
        switch (message.RequestName)
        {
            case "exit-status":
                ExitCode = (int)ExitRequest.ReadStatus(message.RequestData);
                break;
            case "exit-signal":
                ExitCode = SignalNumbers.ExitCode(ExitRequest.ReadSignal(message.RequestData));
                break;
            default:
                return;
        }

        _exited.TrySetResult();
    }

    protected override Exception Refusal(ChannelOpenFailureMessage message) => new ConnectionException(
        ConnectionReason.CommandsDenied, $"the SSH server opens no channel: {message.Description}", "MaxSessions in its sshd_config may be too low (it must be 2 at least)");

    protected override void End(Exception? error)
    {
        // A session that broke is no refusal.
        _ = error is null ? _accepted.TrySetResult(false) : _accepted.TrySetException(error);
        _exited.TrySetResult();
        base.End(error);
    }
}
