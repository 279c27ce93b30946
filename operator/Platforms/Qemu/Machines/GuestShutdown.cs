namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>The command that powers a guest off.</summary>
internal static class GuestShutdown
{
    /// <summary>The command run by root: directly where the login user is root, by sudo else.</summary>
    public static string AsRoot(string command)
    {
        var quoted = "'" + command.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return $"if [ \"$(id -u)\" = 0 ]; then sh -c {quoted}; else sudo -n sh -c {quoted}; fi";
    }
}
