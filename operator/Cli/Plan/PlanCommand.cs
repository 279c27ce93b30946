using System.CommandLine;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Plan;

/// <summary><c>imagectl plan</c>: its options.</summary>
internal static class PlanCommand
{
    private const string Examples = """
        Examples:
          imagectl plan -f image.yaml
          imagectl plan -f image.yaml --param nginxVersion=1.27 --output json
          imagectl plan -f image.yaml --detailed-exitcode || test $? = 3 && imagectl build -f image.yaml

        Tells for each target whether imagectl build would build it, and what has changed since the newest result on this machine.
        Give it what you give to imagectl build: files, parameters, secrets, folders. It starts no machine and fetches no image.
        In a cluster an ImageBuild with planOnly: true tells the same.

        Exit code: 0 told, 1 a target cannot be planned, 2 the command line or a manifest is wrong;
        with --detailed-exitcode: 0 there is nothing to build, 3 something would be built.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var inputs = new InputOptions(context);
        var output = CommonOptions.Output();
        var detailed = new Option<bool>("--detailed-exitcode") { Description = "Exit with 3 if something would be built." };
        var command = new Command("plan", "Tells what a build would do and why, and does nothing.") { output, detailed };
        inputs.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            new PlanAction(context, inputs.Read(parsed), parsed.GetRequiredValue(output), parsed.GetValue(detailed)).RunAsync(cancellationToken));
        return (command, Examples);
    }
}
