using System.CommandLine;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Logs;

/// <summary><c>imagectl logs</c>: its options.</summary>
internal static class LogsCommand
{
    private const string Examples = """
        Examples:
          imagectl logs web
          imagectl logs web -n images -f
          imagectl logs web --target lab --attempt 2
          imagectl logs web --output json | jq -r 'select(.level == "error") | .message'

        While a builder pod is there its own log is read; after that the one that the operator kept in a ConfigMap of the
        build, compressed, and with a line that says so where a long log had to be cut. --whole has all of it: builders store
        such a log beside the image, and a pod of a few seconds reads it there.

        Exit code: 0 done, 1 there is no such build or no log, 2 the command line is wrong.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var build = new Argument<string>("BUILD") { Description = "The ImageBuild's name." };
        var target = new Option<string?>("--target") { Description = "Only this target.", HelpName = "TARGET" };
        var attempt = new Option<int?>("--attempt") { Description = "Only this attempt, from 1; else all.", HelpName = "N" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the build has ended, over all attempts." };
        var whole = new Option<bool>("--whole") { Description = "Logs that were too long to be kept: from the target's output store, read by a pod." };
        var where = new ClusterOptions();
        var output = CommonOptions.Output();
        output.Description = "Text for people, or json: the lines as they were printed.";
        attempt.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1) result.AddError("--attempt must be 1 or more");
        });
        var command = new Command("logs", "Prints what the builders of an ImageBuild said, while its pods are there and after.") { build, where.Namespace, target, attempt, follow, whole, output, where.Kubeconfig, where.Context };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = BuildCluster.Connect(context.Environment, where.Of(parsed));
            var printer = new LogPrinter(context.Out, parsed.GetRequiredValue(output) == "json", Colours(context));
            var choice = new LogChoice(parsed.GetRequiredValue(build), parsed.GetValue(target), parsed.GetValue(attempt), parsed.GetValue(follow), parsed.GetValue(whole));
            return await new LogsAction(context, new LogCluster(cluster), printer, choice).RunAsync(cancellationToken).ConfigureAwait(false);
        });
        return (command, Examples);
    }

    private static bool Colours(CliContext context) => context.InteractiveOut && context.Environment.Find("NO_COLOR") is null;
}

/// <summary>What is asked for.</summary>
internal sealed record LogChoice(string Build, string? Target, int? Attempt, bool Follow, bool Whole = false);
