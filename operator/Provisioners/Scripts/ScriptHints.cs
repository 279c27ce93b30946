namespace ImageOperator.Provisioners.Scripts;

/// <summary>What to look at when a script failed.</summary>
internal static class ScriptHints
{
    public static string? For(Script script, int exitCode, SudoWatch watch)
    {
        if ((script.User ?? (script.AsRoot ? "root" : null)) is { } user && !watch.ScriptRan)
        {
            return exitCode == 127
                ? "sudo is not installed on the machine: remove sudo from the step where the login user is root, or install it in the source image"
                : $"the login user may not become {user} without a password: the image's sudoers needs a NOPASSWD rule";
        }

        return exitCode switch
        {
            125 => "the machine could not store the script: is /tmp writable, and not full?",
            126 => $"a program was found but could not be run: is {script.Interpreter.Split(' ')[0]} executable, and made for this architecture?",
            127 => $"a program was not found: is {script.Interpreter.Split(' ')[0]} installed on the machine, and what the script calls?",
            137 => "it was killed, often because memory ran out: look at the serial console for the kernel's words",
            > 128 and < 160 => $"it was ended by signal {exitCode - 128}",
            _ => null,
        };
    }
}
