using System.Diagnostics;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Lab;

/// <summary>
/// A guest without a machine: a network namespace, a mount namespace with accounts of its own, and a real sshd on port 22. The
/// programs are this machine's.
/// </summary>
internal sealed class LabGuest(LabNetwork network, MachineCredentials credentials) : IAsyncDisposable
{
    public const string User = "builder";
    private static readonly string Sshd = Tools.Require("sshd", "openssh-server");
    private readonly List<Process> _processes = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("io-lab-").FullName;

    /// <summary>The user's login shell.</summary>
    public string Shell { get; init; } = "/bin/sh";

    /// <summary>The user's password; null: none.</summary>
    public string? Password { get; init; }

    /// <summary>The line of shadow behind the name; <c>{0}</c> is the password's hash.</summary>
    public string Shadow { get; init; } = "{0}:19000:0:99999:7:::";

    /// <summary>Lines of sshd_config, before the others.</summary>
    public string Config { get; init; } = "";

    /// <summary>Shell lines that run in the guest's namespaces before the server; <c>$lab</c> is the folder.</summary>
    public string Setup { get; init; } = "";

    /// <summary>What runs as the server.</summary>
    public string Server { get; init; } = "exec {sshd} -D -e -f $lab/sshd_config";

    public string HostKey { get; init; } = credentials.HostPrivateKey;

    public string AcceptedKey { get; init; } = credentials.PublicKey;

    public int Port { get; init; } = 22;

    public async Task StartAsync()
    {
        Directory.CreateDirectory("/run/sshd");
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        var home = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;
        const string Id = "64123";
        await Tools.RunAsync("/bin/chown", Id, home);
        Write("passwd", await File.ReadAllTextAsync("/etc/passwd") + $"{User}:x:{Id}:{Id}::{home}:{Shell}\n", "644");
        Write("shadow", await File.ReadAllTextAsync("/etc/shadow") + $"{User}:{string.Format(Shadow, await HashAsync())}\n", "600");
        Write("group", await File.ReadAllTextAsync("/etc/group") + $"{User}:x:{Id}:\n", "644");
        Write("host_key", HostKey, "600");
        Write("authorized_keys", AcceptedKey + "\n", "644");
        Write("sshd_config", $"""
            {Config.Replace("$lab", Folder, StringComparison.Ordinal)}
            Port {Port}
            HostKey {Folder}/host_key
            AuthorizedKeysFile {Folder}/authorized_keys
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            MaxStartups 100
            Subsystem sftp internal-sftp

            """, "644");
        Write("start", $"""
            set -e
            lab={Folder}
            for file in passwd shadow group; do mount --bind $lab/$file /etc/$file; done
            {Setup}
            {Server.Replace("{sshd}", Sshd, StringComparison.Ordinal)}

            """, "755");
        Run(network.Guest, "unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child", "sh", Path.Combine(Folder, "start"));
    }

    /// <summary>Runs a program in one of the namespaces until the guest is disposed of.</summary>
    public Process Run(string name, params string[] command)
    {
        var (program, arguments) = LabNetwork.In(name, command);
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" > {Folder}/log-{_processes.Count} 2>&1", "sh", program, .. arguments]))!;
        _processes.Add(process);
        return process;
    }

    /// <summary>Waits until the server takes connections.</summary>
    public Task ListeningAsync() => network.ListeningAsync(Port);

    /// <summary>Stops the server, as a guest that hangs does.</summary>
    public async Task StopServerAsync()
    {
        await ListeningAsync();
        var (_, pids) = await Tools.RunAsync("/usr/bin/pgrep", "-f", $"{Folder}/sshd_config");
        foreach (var pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries)) await Tools.RunAsync("/bin/kill", "-STOP", pid);
    }

    public string Write(string name, string content, string mode)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task<string> HashAsync()
    {
        if (Password is null) return "*";
        var (exitCode, hash) = await Tools.RunAsync("/usr/bin/perl", "-e", $"print crypt('{Password}', '$6$labsalt$')");
        Assert.Equal(0, exitCode);
        return hash;
    }
}
