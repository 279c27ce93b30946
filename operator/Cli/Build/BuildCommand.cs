using System.CommandLine;
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
          vault read -field=password secret/web | imagectl build -f image.yaml --secret adminPassword=-

        Values of secrets never stand on the command line: --secret takes a file, - (standard input) or env:VARIABLE;
        one line feed at the end is not part of the value.
        Ctrl-C stops the build and removes what it made; a second Ctrl-C kills it at once, and imagectl sweep removes the rest.

        Exit code: 0 every target succeeded, 1 a target failed, 2 the command line or a manifest is wrong (nothing was started),
        130 interrupted.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var files = CommonOptions.Files();
        var build = new Option<string?>("--build") { Description = "The ImageBuild to run, if the files have several.", HelpName = "NAME" };
        var template = new Option<string?>("--template") { Description = "The ImageTemplate to run, without an ImageBuild.", HelpName = "NAME" };
        var targets = List("--target", "NAME", "A target to build; all if not given. May be repeated.");
        var parameters = List("--param", "NAME=VALUE", "A parameter's value. May be repeated.");
        var parameterFiles = List("--param-file", "NAME=FILE", "A parameter whose value is a file's content.");
        var secrets = List("--secret", "NAME=FILE|-|env:VAR", "A sensitive parameter, from a file, standard input or an environment variable.");
        var workspace = new Option<string?>("--workspace") { Description = "A folder to use as the workspace, instead of the files' ConfigMaps.", HelpName = "DIR" };
        var output = new Option<string?>("--output-dir") { Description = "Where images go, instead of where the targets say.", HelpName = "DIR" };
        var state = CommonOptions.StateFolder(context);
        var cache = CommonOptions.CacheFolder(context);
        var parallel = new Option<int?>("--parallel") { Description = "How many targets are built at once; all if not given.", HelpName = "N" };
        parallel.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n < 1) result.AddError("--parallel must be at least 1");
        });
        var skipTests = new Option<bool>("--skip-tests") { Description = "Do not test the captured images." };
        var log = new Option<LogForm>("--log") { Description = "How to tell what goes on.", HelpName = "auto|text|json", DefaultValueFactory = _ => LogForm.Auto };
        var keep = new Option<bool>("--keep-state") { Description = "Keep the journal of a build that left nothing behind." };
        var command = new Command("build", "Builds images on this machine, with the operator's engine and without a cluster.")
        {
            files, build, template, targets, parameters, parameterFiles, secrets, workspace, output, state, cache, parallel, skipTests, log, keep,
        };
        command.SetAction((parsed, cancellationToken) => new BuildAction(context, new()
        {
            Files = parsed.GetRequiredValue(files),
            Build = parsed.GetValue(build),
            Template = parsed.GetValue(template),
            Targets = parsed.GetValue(targets) ?? [],
            Parameters = parsed.GetValue(parameters) ?? [],
            ParameterFiles = parsed.GetValue(parameterFiles) ?? [],
            Secrets = parsed.GetValue(secrets) ?? [],
            WorkspaceFolder = Full(parsed.GetValue(workspace)),
            OutputFolder = Full(parsed.GetValue(output)),
            StateFolder = Path.GetFullPath(parsed.GetRequiredValue(state)),
            CacheFolder = Path.GetFullPath(parsed.GetRequiredValue(cache)),
            Parallel = parsed.GetValue(parallel),
            SkipTests = parsed.GetValue(skipTests),
            KeepState = parsed.GetValue(keep),
            Log = parsed.GetValue(log),
        }).RunAsync(cancellationToken));
        return (command, Examples);
    }

    private static Option<string[]> List(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
