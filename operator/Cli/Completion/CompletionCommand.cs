using System.CommandLine;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Completion;

/// <summary><c>imagectl completion</c>: scripts that ask imagectl itself by its <c>[suggest]</c> directive.</summary>
internal static class CompletionCommand
{
    private const string Examples = """
        Examples:
          source <(imagectl completion bash)
          imagectl completion zsh > "${fpath[1]}/_imagectl"
          imagectl completion fish > ~/.config/fish/completions/imagectl.fish
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var shell = new Argument<string>("shell") { Description = "The shell: bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints the completion script of a shell.") { shell };
        command.SetAction(parsed =>
        {
            context.Out.Write(parsed.GetRequiredValue(shell) switch { "bash" => Scripts.Bash, "zsh" => Scripts.Zsh, _ => Scripts.Fish });
            return ExitCodes.Success;
        });
        return (command, Examples);
    }
}
