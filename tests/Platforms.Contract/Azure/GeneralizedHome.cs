using System.Diagnostics;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>Runs the generalization of a machine in a folder that stands for it: the agent and the programs for users are scripts that note how they are called.</summary>
internal static class GeneralizedHome
{
    public static async Task AssertAsync(string script, string user)
    {
        var root = Directory.CreateTempSubdirectory("imageoperator-generalize-").FullName;
        try
        {
            var keys = Path.Combine(root, "home", ".ssh", "authorized_keys");
            Directory.CreateDirectory(Path.GetDirectoryName(keys)!);
            await File.WriteAllTextAsync(keys, $"ssh-ed25519 AAAAother someone\n{Sessions.PublicKey}\n");
            var mark = Path.Combine(root, "mark");
            await File.WriteAllTextAsync(mark, "");
            foreach (var (name, body) in new[] { ("waagent", "exit 0"), ("userdel", $"touch {root}/deleted"), ("sudo", "shift; exec \"$@\""), ("id", $"[ \"$1\" = -u ] && echo 1000 && exit; [ ! -e {root}/deleted ]") })
            {
                var file = Path.Combine(root, name);
                await File.WriteAllTextAsync(file, $"#!/bin/sh\necho {name} \"$@\" >> {root}/calls\n{body}\n");
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            // Nothing of this machine is touched.
            var line = script.Replace($"~{user})", "~nobody-here)", StringComparison.Ordinal).Replace("$(eval echo ~nobody-here)", $"{root}/home", StringComparison.Ordinal)
                .Replace("/var/lib/imageoperator-login", mark, StringComparison.Ordinal).Replace("/root/.bash_history", $"{root}/history", StringComparison.Ordinal);
            Assert.DoesNotContain("/root", line.Replace(root, "", StringComparison.Ordinal), StringComparison.Ordinal);
            var info = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardError = true };
            info.Environment["PATH"] = $"{root}:{Environment.GetEnvironmentVariable("PATH")}";
            using var process = System.Diagnostics.Process.Start(info)!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal((0, ""), (process.ExitCode, said));
            Assert.Equal("ssh-ed25519 AAAAother someone\n", await File.ReadAllTextAsync(keys));
            Assert.False(File.Exists(mark));
            Assert.Contains($"userdel -f -r {user}", await File.ReadAllLinesAsync(Path.Combine(root, "calls")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
