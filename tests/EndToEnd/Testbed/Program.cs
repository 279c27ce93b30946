using System.Diagnostics;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>Programs of this machine.</summary>
internal static class Program
{
    public static string Root { get; } = FindRoot();

    public static string Cache { get; } = Environment.GetEnvironmentVariable("IMAGEOPERATOR_CACHE")
        ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache"), "imageoperator");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Runs a program to its end; what it printed is the result, another exit code than 0 a failure.</summary>
    public static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        start.Environment["PATH"] = $"{start.Environment["PATH"]}:{Path.Combine(Cache, "k8s", "bin")}";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        var output = process.StandardOutput.ReadToEndAsync(Stop);
        var errors = process.StandardError.ReadToEndAsync(Stop);
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("there is no ImageOperator.sln above the tests");
    }
}
