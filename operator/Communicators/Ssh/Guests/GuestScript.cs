using System.Text;
using ImageOperator.Communicators.Ssh.Commands;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>Runs a small script on the guest and takes what it says.</summary>
internal static class GuestScript
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>The exit code and both streams as one text.</summary>
    public static async Task<(int ExitCode, string Text)> RunAsync(CommandRunner commands, string script, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder();
        var exitCode = await commands.RunAsync(
            script,
            (_, _) => Task.CompletedTask,
            packet =>
            {
                if (answer.Length < LongestAnswer) answer.Append(Encoding.UTF8.GetString(packet.Bytes.Span));
                return ValueTask.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return (exitCode, answer.ToString());
    }

    /// <summary>What a program said, as part of a sentence.</summary>
    public static string Shortened(string text)
    {
        text = text.Trim().ReplaceLineEndings("; ");
        return text.Length > 300 ? text[..300] : text;
    }
}
