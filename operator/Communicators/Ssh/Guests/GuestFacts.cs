using ImageOperator.Communicators.Ssh.Connecting;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>What a guest is, as its shell tells.</summary>
/// <param name="BootId">What names the boot; empty where it cannot be told.</param>
/// <param name="NoCommands">Why no commands can be run; null where they can. Files may go over SFTP then.</param>
internal sealed record GuestFacts(string BootId, ConnectFailure? NoCommands = null)
{
    public static readonly GuestFacts Unknown = new("");
}
