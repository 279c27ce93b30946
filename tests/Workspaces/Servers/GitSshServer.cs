using System.Diagnostics;
using System.Globalization;

namespace ImageOperator.Workspaces.Tests.Servers;

/// <summary>OpenSSH's sshd that serves git repositories, and nothing else.</summary>
internal sealed class GitSshServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;

    private GitSshServer(string folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    private bool _ended;

    public int Port { get; }

    public string Address => $"ssh://root@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The client's private key, which the server accepts.</summary>
    public string Identity => File.ReadAllText(Path.Combine(_folder, "client"));

    public string OtherIdentity => File.ReadAllText(Path.Combine(_folder, "stranger"));

    public string KnownHosts => $"[127.0.0.1]:{Port.ToString(CultureInfo.InvariantCulture)} {HostKey("host")}";

    /// <summary>Another server's key under this one's address.</summary>
    public string WrongKnownHosts => $"[127.0.0.1]:{Port.ToString(CultureInfo.InvariantCulture)} {HostKey("stranger")}";

    public static async Task<GitSshServer> StartAsync(string folder)
    {
        var sshd = Tool.Require("sshd", "openssh-server");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory("/run/sshd");
        foreach (var key in new[] { "host", "client", "stranger" }) await Tool.RunAsync(folder, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", Path.Combine(folder, key));
        var port = Tool.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/client.pub
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            AcceptEnv GIT_PROTOCOL
            ForceCommand /usr/bin/git-shell -c "$SSH_ORIGINAL_COMMAND"

            """);
        var log = Path.Combine(folder, "sshd.log");
        var process = Tool.Start(log, sshd, "-D", "-e", "-f", Path.Combine(folder, "sshd_config"));
        await Tool.WaitForAsync(port, process, log);
        return new(folder, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended) return;
        _ended = true;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string HostKey(string name) => string.Join(' ', File.ReadAllText(Path.Combine(_folder, name + ".pub")).Split(' ').Take(2));
}
