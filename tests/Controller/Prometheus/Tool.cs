using System.Diagnostics;

namespace ImageOperator.Controller.Tests.Prometheus;

/// <summary>Programs of Debian's package prometheus.</summary>
internal static class Tool
{
    /// <summary>Runs a program to its end; another exit code than 0 is a failure, with what it said.</summary>
    public static async Task<string> RunAsync(string program, string[] arguments, string? folder = null, string? input = null)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/" + program), $"needs {program}: apt-get install prometheus, as eng/test.sh does");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }
}
