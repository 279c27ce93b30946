using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Workspaces.Tests.Servers;

/// <summary>Programs and ports of this machine.</summary>
internal static class Tool
{
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = folder;
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Tester";
            start.Environment[$"GIT_{who}_EMAIL"] = "tester@example.com";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return output;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static string Require(string name, string package)
    {
        var found = new[] { "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/git-core" }.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
        Assert.SkipUnless(found is not null, $"{name} is not installed: apt-get install {package}");
        return found!;
    }

    /// <summary>A server of one process, ended with the test; its words go to a file.</summary>
    public static Process Start(string log, string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" > '{log}' 2>&1", "sh", program, .. arguments]))!;

    public static async Task WaitForAsync(int port, Process process, string log)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                Assert.Fail($"the server has ended: {await File.ReadAllTextAsync(log)}");
            }
        }
    }
}
