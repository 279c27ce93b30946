using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Sftp;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>Finds out, with one command, whether the login shell runs commands, and which boot it runs in.</summary>
internal static class GuestProbe
{
    private static readonly TimeSpan FilesTime = TimeSpan.FromSeconds(10);
    private const string Mark = "imageoperator-probe";

    /// <summary>What OpenSSH's internal-sftp says to a command.</summary>
    private const string FilesOnly = "sftp connections only";

    /// <summary>Builtins of the shell only: on an emulated guest a process costs as much as a round trip. The mark is put together, so that a shell that echoes does not say it.</summary>
    private const string Script = """
        exec sh -c 'boot=
        read -r boot < /proc/sys/kernel/random/boot_id || while read -r key value; do [ "$key" != btime ] || boot=$value; done < /proc/stat
        echo "imageoperator-""probe $boot"' 2>/dev/null
        """;

    /// <returns>The facts, or why no command can be run.</returns>
    /// <exception cref="ConnectionException">The session broke.</exception>
    public static async Task<(GuestFacts? Facts, ConnectFailure? Failure)> RunAsync(LiveSession live, string user, CancellationToken cancellationToken)
    {
        int exitCode;
        string text;
        try
        {
            (exitCode, text) = await GuestScript.RunAsync(live.Commands, Script, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException error) when (error.Reason == ConnectionReason.CommandsDenied)
        {
            return await OrFilesAsync(live, new ConnectFailure(ConnectionReason.CommandsDenied, error.Message, Patience.WhileSeeding, error), cancellationToken).ConfigureAwait(false);
        }

        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal)) return (new GuestFacts(line[Mark.Length..].Trim()), null);
        }

        var said = GuestScript.Shortened(text);
        var failure = new ConnectFailure(
            ConnectionReason.ShellExits,
            $"the login shell of {user} runs no commands: it ended with exit code {exitCode}{(said.Length > 0 ? $" and said \"{said}\"" : "")}",
            Patience.WhileSeeding);
        // A shell that says why it ends (nologin, a menu) is none to copy files past.
        return said.Length > 0 && !said.Contains(FilesOnly, StringComparison.OrdinalIgnoreCase) ? (null, failure) : await OrFilesAsync(live, failure, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A login that is there for files only is good for these.</summary>
    private static async Task<(GuestFacts? Facts, ConnectFailure? Failure)> OrFilesAsync(LiveSession live, ConnectFailure failure, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FilesTime, live.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var connection = await SftpConnection.StartAsync(live.Hub, either.Token).ConfigureAwait(false);
            return (new GuestFacts("", failure), null);
        }
        catch (Exception error) when (error is IOException or ConnectionException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, failure);
        }
    }
}
