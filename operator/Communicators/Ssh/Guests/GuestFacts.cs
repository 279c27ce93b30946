namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>What a guest is, as its shell tells.</summary>
/// <param name="BootId">What names the boot; empty where it cannot be told.</param>
internal sealed record GuestFacts(string BootId)
{
    public static readonly GuestFacts Unknown = new("");
}
