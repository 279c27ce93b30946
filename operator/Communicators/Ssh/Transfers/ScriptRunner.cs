using System.Text;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Runs the scripts of transfers; what one says on its error stream becomes the error's text.</summary>
internal sealed class ScriptRunner(CommandRunner commands)
{
    private const int LongestComplaint = 1000;

    /// <summary>Runs a script that takes a stream.</summary>
    public async Task SendAsync(string commandLine, Func<Stream, CancellationToken, Task> write, string subject, CancellationToken cancellationToken) =>
        await RunAsync(
            commandLine,
            async (channel, token) =>
            {
                try
                {
                    await write(new ChannelInput(channel, token), token).ConfigureAwait(false);
                }
                catch (EndOfInputException)
                {
                    // The script ended early, and says why.
                }
            },
            _ => ValueTask.CompletedTask,
            subject,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Runs a script that gives a stream.</summary>
    public Task ReceiveAsync(string commandLine, Func<ReadOnlyMemory<byte>, ValueTask> take, string subject, CancellationToken cancellationToken) =>
        RunAsync(commandLine, (_, _) => Task.CompletedTask, take, subject, cancellationToken);

    /// <summary>Runs a script that prints a line.</summary>
    public async Task<string> ReadLineAsync(string commandLine, string subject, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        await ReceiveAsync(
            commandLine,
            bytes =>
            {
                text.Append(Encoding.UTF8.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            },
            subject,
            cancellationToken).ConfigureAwait(false);
        return text.ToString().TrimEnd();
    }

    private async Task RunAsync(
        string commandLine,
        Func<ExecChannel, CancellationToken, Task> feed,
        Func<ReadOnlyMemory<byte>, ValueTask> take,
        string subject,
        CancellationToken cancellationToken)
    {
        var complaint = new StringBuilder();
        var exitCode = await commands.RunAsync(
            commandLine,
            feed,
            packet =>
            {
                if (packet.Stream == OutputStream.Stdout) return take(packet.Bytes);
                if (complaint.Length < LongestComplaint) complaint.Append(Encoding.UTF8.GetString(packet.Bytes.Span));
                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        if (exitCode == 0) return;
        if (exitCode == TransferScripts.NoTar) throw new NoTarException($"{subject} failed: there is no tar on the machine");
        var why = complaint.Length > 0 ? complaint.ToString().Trim().ReplaceLineEndings("; ") : $"exit code {exitCode}";
        throw new IOException($"{subject} failed: {why}");
    }
}
