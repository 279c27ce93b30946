using System.Diagnostics;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>What a program printed, and how it ended.</summary>
internal sealed record ToolResult(int Code, string Output, string Errors);

/// <summary>Programs of this machine, run from the repository's root.</summary>
internal static class Tool
{
    public static string Root { get; } = FindRoot();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ToolResult> TryAsync(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        var output = process.StandardOutput.ReadToEndAsync(Stop);
        var errors = process.StandardError.ReadToEndAsync(Stop);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Stop);
        return new(process.ExitCode, await output, await errors);
    }

    /// <returns>What it printed; another exit code than 0 fails the test.</returns>
    public static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var result = await TryAsync(file, arguments, environment, input);
        Assert.True(result.Code == 0, $"{file} {string.Join(' ', arguments)} ended with {result.Code}: {result.Errors}{result.Output}");
        return result.Output;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("there is no ImageOperator.sln above the tests");
    }
}
