using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Scripts;

/// <summary>
/// The command that runs a script. Its command line is the same for every step, so the guest's process list shows
/// nothing of it: environment, arguments and script travel over standard input.
/// </summary>
internal static partial class ScriptCommand
{
    // Arguments: the length of the first part of the input, and of all. Reads from a file, for busybox's head reads ahead in a pipe.
    // The first part is sourced: it sets the environment, is removed with its secrets, and runs the script.
    private const string Wrapper = """
        _io_mask=$(umask)
        umask 077
        _io_dir=$(mktemp -d "${TMPDIR:-/tmp}/imageoperator.XXXXXX") || exit 125
        trap 'rm -rf "$_io_dir"' EXIT
        trap 'exit 129' HUP
        trap 'exit 130' INT
        trap 'exit 143' TERM
        cat > "$_io_dir/all" || exit 125
        if [ "$(wc -c < "$_io_dir/all")" -ne "$2" ]; then echo "the step was cut short on its way to the machine" >&2; exit 125; fi
        head -c "$1" "$_io_dir/all" > "$_io_dir/run" && tail -c +$(($1 + 1)) "$_io_dir/all" > "$_io_dir/script" || exit 125
        umask "$_io_mask"
        . "$_io_dir/run"
        exit $?
        """;

    // Root needs no sudo, and small systems have none. Its arguments: the wrapper and the wrapper's.
    private const string AsRoot = """
        if [ "$(id -u)" = 0 ]; then exec sh -c "$1" sh "$2" "$3"; fi
        exec sudo -n sh -c "$1" sh "$2" "$3"
        """;

    public static RemoteCommand Create(Script script)
    {
        var run = Encoding.UTF8.GetBytes(Run(script));
        var sudo = script.User is null ? "" : $"sudo -n -u {Quote(script.User)} ";
        var lengths = string.Create(CultureInfo.InvariantCulture, $"{run.Length} {run.Length + script.Text.Length}");
        return new RemoteCommand
        {
            CommandLine = script.AsRoot
                ? $"exec sh -c {Quote(AsRoot)} sh {Quote(Wrapper)} {lengths}"
                : $"exec {sudo}sh -c {Quote(Wrapper)} sh {lengths}",
            StandardInput = (byte[])[.. run, .. script.Text],
        };
    }

    /// <summary>A command line that runs the given one as root. It shows in the machine's process list.</summary>
    public static string Root(string commandLine) => $"exec sh -c {Quote("""if [ "$(id -u)" = 0 ]; then exec sh -c "$1"; else exec sudo -n sh -c "$1"; fi""")} sh {Quote(commandLine)}";

    private static string Run(Script spec)
    {
        // First of all: the variables may change PATH, and what is read of a removed file is still there.
        var text = new StringBuilder("rm -f \"$_io_dir/all\" \"$_io_dir/run\"\n");
        foreach (var (name, value) in spec.Environment)
        {
            if (!Variable().IsMatch(name))
                throw new StepException($"environment: {name} cannot name a variable", hint: "letters, digits and underscores only, no digit first");
            if (value.Contains('\0', StringComparison.Ordinal)) throw new StepException($"environment: the value of {name} has a null byte in it");
            text.Append(CultureInfo.InvariantCulture, $"export {name}={Quote(value)}\n");
        }

        if (spec.WorkingDirectory is not null) text.Append(CultureInfo.InvariantCulture, $"cd {Quote(spec.WorkingDirectory)} || exit 125\n");
        foreach (var word in spec.Interpreter.Split(' ', StringSplitOptions.RemoveEmptyEntries)) text.Append(Quote(word)).Append(' ');
        text.Append("\"$_io_dir/script\"");
        foreach (var argument in spec.Args) text.Append(' ').Append(Quote(argument));
        return text.Append(" < /dev/null\n").ToString();
    }

    /// <summary>The text as one word of a POSIX shell, whatever is in it.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Variable();
}
