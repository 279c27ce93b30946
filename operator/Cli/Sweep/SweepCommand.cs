using System.CommandLine;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Sweep;

/// <summary><c>imagectl sweep</c>: its options.</summary>
internal static class SweepCommand
{
    private const string Examples = """
        Examples:
          imagectl sweep --dry-run
          imagectl sweep --build web

        Builds that still run are left alone. Results of builds are kept; what is removed are machines, disks and seeds
        of builds whose process was killed or could not clean up.

        Exit code: 0 nothing is left, 1 something is left, 2 the command line is wrong.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var state = CommonOptions.StateFolder(context);
        var build = new Option<string?>("--build") { Description = "Only builds of this name.", HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing." };
        var command = new Command("sweep", "Removes what builds left whose process is gone.") { state, build, dryRun };
        command.SetAction((parsed, cancellationToken) =>
            new SweepAction(context, Path.GetFullPath(parsed.GetRequiredValue(state)), parsed.GetValue(build), parsed.GetValue(dryRun)).RunAsync(cancellationToken));
        return (command, Examples);
    }
}
