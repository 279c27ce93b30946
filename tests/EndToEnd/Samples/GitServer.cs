using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>A real sshd in the cluster's network, which serves git repositories of a folder of this machine.</summary>
internal sealed class GitServer : IAsyncDisposable
{
    private const string NodeAddress = "10.123.0.1";

    private readonly Cluster _cluster;
    private readonly string _folder;
    private readonly int _port = FreePort();

    private GitServer(Cluster cluster, string folder) => (_cluster, _folder) = (cluster, folder);

    public string Url => $"ssh://root@{NodeAddress}:{Port}{Path.Combine(_folder, "site.git")}";

    public string Identity => File.ReadAllText(Path.Combine(_folder, "client"));

    public string KnownHosts => $"[{NodeAddress}]:{Port} {string.Join(' ', File.ReadAllText(Path.Combine(_folder, "host.pub")).Split(' ').Take(2))}";

    private string Port => _port.ToString(CultureInfo.InvariantCulture);

    public static async Task<GitServer> StartAsync(Cluster cluster, string folder)
    {
        var server = new GitServer(cluster, folder);
        Directory.CreateDirectory(Path.Combine(folder, "work"));
        foreach (var key in new[] { "host", "client" }) await RunAsync(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key));
        await RunAsync(folder, "git", "init", "-q", "--bare", "--initial-branch=main", Path.Combine(folder, "site.git"));
        await RunAsync(Path.Combine(folder, "work"), "git", "init", "-q", "--initial-branch=main", ".");
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress {NodeAddress}
            Port {server.Port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/client.pub
            PidFile {folder}/sshd.pid
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            AcceptEnv GIT_PROTOCOL
            ForceCommand /usr/bin/git-shell -c "$SSH_ORIGINAL_COMMAND"

            """);
        Directory.CreateDirectory("/run/sshd");
        await cluster.DevClusterAsync("exec", "/bin/sh", "-c", $"mkdir -p /run/sshd && exec /usr/sbin/sshd -E '{folder}/sshd.log' -f '{folder}/sshd_config'");
        return server;
    }

    /// <summary>Commits a file, and pushes it.</summary>
    /// <returns>The commit.</returns>
    public async Task<string> CommitAsync(params (string Path, string Content)[] files)
    {
        var work = Path.Combine(_folder, "work");
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, path))!);
            await File.WriteAllTextAsync(Path.Combine(work, path), content);
        }

        await RunAsync(work, "git", "add", "-A");
        await RunAsync(work, "git", "-c", "user.name=Tester", "-c", "user.email=tester@example.com", "commit", "-q", "-m", "a change");
        await RunAsync(work, "git", "push", "-q", Path.Combine(_folder, "site.git"), "main");
        return (await RunAsync(work, "git", "rev-parse", "HEAD")).Trim();
    }

    // Its id is one of the cluster's own.
    public async ValueTask DisposeAsync() => await _cluster.DevClusterAsync("exec", "/bin/sh", "-c", $"kill $(cat '{_folder}/sshd.pid')");

    private static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
