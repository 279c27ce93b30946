namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>Words for a POSIX shell.</summary>
internal static class Quoting
{
    /// <summary>The text as one word, whatever is in it.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A constant script with its arguments, run by sh, as root where asked.</summary>
    public static string Script(string script, bool sudo, params string[] arguments) =>
        $"exec {(sudo ? "sudo -n " : "")}sh -c {Quote(script)} sh {string.Join(' ', arguments.Select(Quote))}";
}
