using System.CommandLine;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Build;

/// <summary><c>imagectl build</c>: its options.</summary>
internal static class BuildCommand
{
    private const string Examples = """
        Examples:
          imagectl build -f image.yaml
          imagectl build -f image.yaml --template web --target lab --param nginxVersion=1.27 --output-dir ./images
          imagectl build -f image.yaml --secret adminPassword=./password.txt
          imagectl build -f image.yaml --secret builder-ssh/id_ed25519=./id_ed25519
          vault read -field=password secret/web | imagectl build -f image.yaml --secret adminPassword=-

        Values of secrets never stand on the command line: --secret takes a file, - (standard input) or env:VARIABLE;
        one line feed at the end is not part of the value.
        A target whose inputs have not changed since an earlier build on this machine is not built: its image is the earlier one, as long
        as that is there. --force builds it all the same; imagectl plan tells before.
        Ctrl-C stops the build and removes what it made; a second Ctrl-C kills it at once, and imagectl sweep removes the rest.

        Exit code: 0 every target succeeded (or was up to date), 1 a target failed, 2 the command line or a manifest is wrong (nothing was started),
        130 interrupted.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var inputs = new InputOptions(context);
        var parallel = new Option<int?>("--parallel") { Description = "How many targets are built at once; all if not given.", HelpName = "N" };
        parallel.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n < 1) result.AddError("--parallel must be at least 1");
        });
        var log = new Option<LogForm>("--log") { Description = "How to tell what goes on.", HelpName = "auto|text|json", DefaultValueFactory = _ => LogForm.Auto };
        var keep = new Option<bool>("--keep-state") { Description = "Keep the journal of a build that left nothing behind." };
        var command = new Command("build", "Builds images on this machine, with the operator's engine and without a cluster.")
        {
            parallel, log, keep,
        };
        inputs.AddTo(command);
        command.SetAction((parsed, cancellationToken) => new BuildAction(context, inputs.Read(parsed) with
        {
            Parallel = parsed.GetValue(parallel),
            KeepState = parsed.GetValue(keep),
            Log = parsed.GetValue(log),
        }).RunAsync(cancellationToken));
        return (command, Examples);
    }
}
