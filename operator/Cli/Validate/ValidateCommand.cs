using System.CommandLine;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Validate;

/// <summary><c>imagectl validate</c>.</summary>
internal static class ValidateCommand
{
    private const string Examples = """
        Examples:
          imagectl validate -f image.yaml
          imagectl validate -f templates/ -f builds/ --output json
          kustomize build . | imagectl validate -f -

        Exit code: 0 valid, 1 not valid, 2 the command line is wrong.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var files = CommonOptions.Files();
        var output = CommonOptions.Output();
        var command = new Command("validate", "Says everything that is wrong with manifests, with file, line and column.") { files, output };
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(files), parsed.GetRequiredValue(output)));
        return (command, Examples);
    }

    private static int Run(CliContext context, string[] paths, string output)
    {
        var files = ManifestFiles.Read(paths, context.In);
        var problems = ManifestChecks.Check(files);
        if (files.Documents.Count == 0 && problems.Count == 0) throw new UsageException("the files have no documents");
        var valid = problems.All(p => p.Severity != Severity.Error);
        if (output == "json") ProblemReport.WriteJson(context.Out, files.Documents.Count, problems);
        else ProblemReport.WriteText(context.Out, context.Error, files.Documents.Count, problems);
        return valid ? ExitCodes.Success : ExitCodes.Failed;
    }
}
