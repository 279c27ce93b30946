using System.Diagnostics;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Tests.Fakes;

/// <summary>Key pairs made by ssh-keygen, and a login by ssh.</summary>
internal sealed class Keys : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-keys-").FullName;

    private Keys(string clientPrivate, string clientPublic, string hostPrivate, string hostPublic) => Credentials = new MachineCredentials
    {
        User = "builder",
        PrivateKey = clientPrivate,
        PublicKey = clientPublic,
        HostPrivateKey = hostPrivate,
        HostPublicKey = hostPublic,
    };

    public MachineCredentials Credentials { get; private set; }

    public static async Task<Keys> CreateAsync()
    {
        var keys = new Keys("", "", "", "");
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "client", "-f", keys.FileOf("client"));
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "host", "-f", keys.FileOf("host"));
        keys.Credentials = keys.Credentials with
        {
            PrivateKey = await File.ReadAllTextAsync(keys.FileOf("client")),
            PublicKey = (await File.ReadAllTextAsync(keys.FileOf("client.pub"))).Trim(),
            HostPrivateKey = await File.ReadAllTextAsync(keys.FileOf("host")),
            HostPublicKey = string.Join(' ', (await File.ReadAllTextAsync(keys.FileOf("host.pub"))).Split(' ').Take(2)).Trim(),
        };
        return keys;
    }

    /// <summary>Runs a command over SSH with the pinned host key; gives what it printed.</summary>
    public async Task<string> LoginAsync(MachineEndpoint endpoint, string command)
    {
        await File.WriteAllTextAsync(FileOf("known_hosts"), $"guest {Credentials.HostPublicKey}\n");
        // A busy machine's guest may be reached before its server listens; the real communicator tries again, too.
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await OnceAsync(endpoint, command);
            }
            catch (Xunit.Sdk.TrueException) when (patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            }
        }
    }

    private Task<string> OnceAsync(MachineEndpoint endpoint, string command) => RunAsync(
            "ssh", "-F", "none", "-p", $"{endpoint.Port}", "-i", FileOf("client"), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR", "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={FileOf("known_hosts")}", "-o", "HostKeyAlias=guest",
            "-o", "ConnectTimeout=60", $"{Credentials.User}@{endpoint.Host}", command);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await error}{output}");
        return output.Trim();
    }

    private string FileOf(string name) => Path.Combine(_folder, name);
}
