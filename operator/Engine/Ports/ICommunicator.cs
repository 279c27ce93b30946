using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Ports;

/// <summary>
/// A session to a machine. A session that breaks surfaces as <see cref="ConnectionException"/>; the next command has a new one made.
/// </summary>
public interface ICommunicator : IAsyncDisposable
{
    /// <summary>Runs a command to its end. Cancellation kills the remote process with its children, then throws.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">Called for each line, in order, from one thread at a time.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken);

    /// <summary>Copies a file or folder to the machine; a folder as one stream.</summary>
    Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken);

    /// <summary>Copies a file or folder from the machine; a folder as one stream.</summary>
    Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken);

    /// <summary>Has the guest boot anew, and returns when it has, and commands can be run again. Told apart from a mere break by the boot ID.</summary>
    /// <exception cref="ConnectionException">The guest did not go down, or did not come back in time, or boots again and again.</exception>
    /// <exception cref="StepException">The command failed.</exception>
    Task<RebootResult> RebootAsync(RebootRequest request, CancellationToken cancellationToken) =>
        throw new StepException("this connection cannot follow the machine through a reboot");

    /// <summary>Looks for what commonly makes steps fail in the guest: sudo, disks, clock, cloud-init. Never fails; bound it in time.</summary>
    Task<IReadOnlyList<Diagnosis>> ExamineAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Diagnosis>>([]);
}

/// <summary>How to reboot a guest.</summary>
public sealed record RebootRequest
{
    /// <summary>What reboots the guest; null: what the guest's system has for it, by sudo where the login user is not root.</summary>
    public string? CommandLine { get; init; }

    /// <summary>How long the guest may take until commands can be run again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>A guest that has booted anew.</summary>
/// <param name="BootId">What names the boot: Linux' boot ID, else the time of the boot.</param>
/// <param name="Duration">From the command to the first command that ran again.</param>
public sealed record RebootResult(string BootId, TimeSpan Duration);

/// <summary>A command for the machine's login shell.</summary>
public sealed record RemoteCommand
{
    /// <summary>What the login shell runs. No secrets: it shows in the guest's process list.</summary>
    public required string CommandLine { get; init; }

    /// <summary>What the command reads from its standard input; empty if null. Secrets go here.</summary>
    public ReadOnlyMemory<byte>? StandardInput { get; init; }

    /// <summary>Takes the output as it comes, byte for byte, instead of lines. The memory is valid during the call only.</summary>
    public Action<OutputStream, ReadOnlyMemory<byte>>? TakeBytes { get; init; }
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + the signal's number if a signal ended it.</param>
public sealed record CommandResult(int ExitCode);

/// <summary>Which stream a line came from.</summary>
public enum OutputStream
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}

/// <summary>A copy between this process's file system and the machine.</summary>
public sealed record FileTransfer
{
    /// <summary>The file or folder here, absolute. With a trailing slash: a folder's contents.</summary>
    public required string LocalPath { get; init; }

    /// <summary>The file or folder on the machine, absolute. With a trailing slash: a folder to copy into; it is made where missing.</summary>
    public required string RemotePath { get; init; }

    /// <summary>Permission bits for every file (folders get the search bit where a class may read); as in the source if null.</summary>
    public int? Mode { get; init; }

    /// <summary>The owner on the machine, <c>user</c>, <c>user:group</c> or <c>:group</c>; implies sudo.</summary>
    public string? Owner { get; init; }

    /// <summary>Read or write on the machine as root by sudo.</summary>
    public bool Sudo { get; init; }
}
