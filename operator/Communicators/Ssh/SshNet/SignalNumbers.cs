namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>The shells' exit codes of commands that a signal ended.</summary>
internal static class SignalNumbers
{
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["HUP"] = 1,
        ["INT"] = 2,
        ["QUIT"] = 3,
        ["ILL"] = 4,
        ["TRAP"] = 5,
        ["ABRT"] = 6,
        ["BUS"] = 7,
        ["FPE"] = 8,
        ["KILL"] = 9,
        ["USR1"] = 10,
        ["SEGV"] = 11,
        ["USR2"] = 12,
        ["PIPE"] = 13,
        ["ALRM"] = 14,
        ["TERM"] = 15,
        ["XCPU"] = 24,
        ["XFSZ"] = 25,
        ["SYS"] = 31,
    };

    /// <summary>128 + the signal's number; 255 where the name is not known.</summary>
    public static int ExitCode(string name) => Numbers.TryGetValue(name.Split('@')[0], out var number) ? 128 + number : 255;
}
