using System.Diagnostics;
using System.Text.RegularExpressions;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>What the user data has a machine do at each boot, run by a real shell: systemd and the clock are scripts that say what they were asked.</summary>
public sealed partial class MachineEndTests : IDisposable
{
    private const long End = 1_800_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-end-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(End - 43200, 43200)]
    [InlineData(End - 60, 60)]
    [InlineData(End, 1)]
    [InlineData(End + 99999, 1)]
    public async Task EachBoot_SetsWhatIsLeft(long now, long left)
    {
        Write("date", $"echo {now}");
        Write("systemd-run", $"echo \"$@\" > '{_folder}/asked'");
        await BootAsync();
        Assert.Equal($"--no-block --on-active={left}s --unit=imageoperator-deadline /sbin/shutdown -P now\n", await File.ReadAllTextAsync(Path.Combine(_folder, "asked")));
    }

    [Fact]
    public async Task WithoutSystemd_AProcessWaits()
    {
        Write("date", $"echo {End - 60}");
        Write("systemd-run", "exit 1");
        // In place of the shell that would wait.
        Write("nohup", $"echo \"$@\" > '{_folder}/asked.partial' && mv '{_folder}/asked.partial' '{_folder}/asked'");
        await BootAsync();
        var asked = Path.Combine(_folder, "asked");
        while (!File.Exists(asked)) await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Equal("sh -c sleep 60; /sbin/shutdown -P now\n", await File.ReadAllTextAsync(asked));
    }

    private async Task BootAsync()
    {
        var text = UserData.Write(
            new MachineCredentials { User = "builder", PrivateKey = "", PublicKey = "ssh-ed25519 A", HostPrivateKey = "key", HostPublicKey = "ssh-ed25519 B" }, DateTimeOffset.FromUnixTimeSeconds(End));
        var command = BootCommand().Match(text).Groups[1].Value;
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]);
        start.Environment["PATH"] = $"{_folder}:/usr/bin:/bin";
        using var shell = Process.Start(start)!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }

    private void Write(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // As YAML reads it: nothing is special within single quotes but these.
    [GeneratedRegex("^bootcmd:\n  - \\[sh, -c, '([^'\n]+)'\\]\n", RegexOptions.Multiline)]
    private static partial Regex BootCommand();
}
