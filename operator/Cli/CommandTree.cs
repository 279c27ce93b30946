using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ImageOperator.Cli.Build;
using ImageOperator.Cli.Completion;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Logs;
using ImageOperator.Cli.Plan;
using ImageOperator.Cli.Resume;
using ImageOperator.Cli.Sweep;
using ImageOperator.Cli.Validate;
using ImageOperator.Cli.Version;

namespace ImageOperator.Cli;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    /// <summary>Runs a command line to its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CliContext context)
    {
        var parsed = Create(context).Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            // A build has its own way to stop.
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parsed.Action is ParseErrorAction errors)
            {
                errors.ShowHelp = false;
                await parsed.InvokeAsync(configuration).ConfigureAwait(false);
                return ExitCodes.Usage;
            }

            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            await context.Error.WriteLineAsync($"imagectl: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await context.Error.WriteLineAsync($"imagectl: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    public static RootCommand Create(CliContext context)
    {
        var examples = new Dictionary<Command, string>();
        var root = new RootCommand("Builds machine images from ImageTemplate manifests, with or without a cluster.");
        foreach (var (command, text) in new[]
        {
            ValidateCommand.Create(context), BuildCommand.Create(context), PlanCommand.Create(context), SweepCommand.Create(context), LogsCommand.Create(context), ResumeCommand.Create(context),
            VersionCommand.Create(context), CompletionCommand.Create(context),
        })
        {
            root.Add(command);
            examples[command] = text;
        }

        examples[root] = $"Environment variables:\n{string.Join('\n', CliEnvironment.Documented.Select(v => $"  {v.Name,-32}{v.Meaning}"))}\n";
        foreach (var option in root.Options.OfType<HelpOption>()) option.Action = new HelpWithExamples((HelpAction)option.Action!, examples);
        return root;
    }
}
