using System.CommandLine;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>The options that say what is built: those of <c>build</c> and <c>plan</c>.</summary>
internal sealed class InputOptions(CliContext context)
{
    private readonly Option<string[]> _files = CommonOptions.Files();
    private readonly Option<string?> _build = new("--build") { Description = "The ImageBuild to run, if the files have several.", HelpName = "NAME" };
    private readonly Option<string?> _template = new("--template") { Description = "The ImageTemplate to run, without an ImageBuild.", HelpName = "NAME" };
    private readonly Option<string[]> _targets = List("--target", "NAME", "A target to build; all if not given. May be repeated.");
    private readonly Option<string[]> _parameters = List("--param", "NAME=VALUE", "A parameter's value; of a list or map in YAML or JSON. May be repeated.", "--var");
    private readonly Option<string[]> _parameterFiles = List("--param-file", "NAME=FILE", "A parameter whose value is a file's content.");
    private readonly Option<string[]> _variableFiles = List("--var-file", "FILE", "A file with values of many parameters: a map in YAML or JSON. --param counts more. May be repeated.");
    private readonly Option<string[]> _secrets = List("--secret", "NAME=FILE|-|env:VAR", "A sensitive parameter, or the key of a Secret that the communicator names (SECRET/KEY=…), from a file, standard input or an environment variable.");
    private readonly Option<string?> _workspace = new("--workspace") { Description = "A folder to use as the workspace, instead of the files' ConfigMaps.", HelpName = "DIR" };
    private readonly Option<string?> _output = new("--output-dir") { Description = "Where images go, instead of where the targets say.", HelpName = "DIR" };
    private readonly Option<string> _state = CommonOptions.StateFolder(context);
    private readonly Option<string> _cache = CommonOptions.CacheFolder(context);
    private readonly Option<bool> _skipTests = new("--skip-tests") { Description = "Do not test the captured images." };
    private readonly Option<bool> _force = new("--force") { Description = "Build although a result of the same inputs exists." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _files, _build, _template, _targets, _parameters, _parameterFiles, _variableFiles, _secrets, _workspace, _output, _state, _cache, _skipTests, _force,
        })
        {
            command.Options.Add(option);
        }
    }

    public BuildOptions Read(ParseResult parsed) => new()
    {
        Files = parsed.GetRequiredValue(_files),
        Build = parsed.GetValue(_build),
        Template = parsed.GetValue(_template),
        Targets = parsed.GetValue(_targets) ?? [],
        Parameters = parsed.GetValue(_parameters) ?? [],
        ParameterFiles = parsed.GetValue(_parameterFiles) ?? [],
        VariableFiles = parsed.GetValue(_variableFiles) ?? [],
        Secrets = parsed.GetValue(_secrets) ?? [],
        WorkspaceFolder = Full(parsed.GetValue(_workspace)),
        OutputFolder = Full(parsed.GetValue(_output)),
        StateFolder = Path.GetFullPath(parsed.GetRequiredValue(_state)),
        CacheFolder = Path.GetFullPath(parsed.GetRequiredValue(_cache)),
        SkipTests = parsed.GetValue(_skipTests),
        Force = parsed.GetValue(_force),
    };

    private static Option<string[]> List(string name, string value, string description, params string[] aliases) => new(name, aliases) { Description = description, HelpName = value };

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
