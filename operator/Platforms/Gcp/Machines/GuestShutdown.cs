namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>
/// The command that powers a guest off. The cloud's own stop cuts a guest short after about 90 seconds, and a spot machine's after 30: what it was writing is torn
/// then.
/// </summary>
internal static class GuestShutdown
{
    /// <summary>Directly where the login user is root, by sudo else: the guest agent lets the users that it makes do that without a password.</summary>
    public const string Command = "if [ \"$(id -u)\" = 0 ]; then poweroff; else sudo -n poweroff; fi";
}
