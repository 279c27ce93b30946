using System.CommandLine;

namespace ImageOperator.Cli.Hosting;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string[]> Files() => new("--file", "-f")
    {
        Description = "A manifest, a folder of manifests, or - for standard input. May be repeated.",
        HelpName = "FILE|DIR|-",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o") { Description = "How to print the result.", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    public static Option<string> StateFolder(CliContext context) => new("--state-dir")
    {
        Description = "Where builds keep their journal while they run.",
        HelpName = "DIR",
        DefaultValueFactory = _ => context.Environment.StateFolder,
    };

    public static Option<string> CacheFolder(CliContext context) => new("--cache-dir")
    {
        Description = "Where downloaded source images are kept.",
        HelpName = "DIR",
        DefaultValueFactory = _ => context.Environment.CacheFolder,
    };
}
