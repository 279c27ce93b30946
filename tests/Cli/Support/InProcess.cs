namespace ImageOperator.Cli.Tests.Support;

/// <summary>Runs a command line in this process.</summary>
internal static class InProcess
{
    public static async Task<CliResult> RunAsync(string[] args, string input = "", params (string Name, string Value)[] environment)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandTree.RunAsync(args, new()
        {
            Out = output,
            Error = error,
            In = new StringReader(input),
            Environment = new(environment.ToDictionary(e => e.Name, e => e.Value)),
            Time = TimeProvider.System,
            Interactive = false,
        });
        return new(code, output.ToString(), error.ToString());
    }
}

internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    public string All => Out + Error;
}
