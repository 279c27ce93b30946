using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>Dropbear, with its authorized_keys in a home folder of its own.</summary>
public sealed class DropbearServer(MachineCredentials credentials) : SshServer(credentials)
{
    private readonly string _program = Tools.Require("dropbear", "dropbear-bin");
    private readonly string _convert = Tools.Require("dropbearconvert", "dropbear-bin");
    private readonly string _unshare = Tools.Require("unshare", "util-linux");

    // Dropbear reads ~/.ssh/authorized_keys only: a private mount puts ours there, and leaves the machine's alone.
    protected override (string Program, string[] Arguments) Command => (_unshare,
    [
        "--mount", "--kill-child", "--fork", "sh", "-c",
        $"mount -t tmpfs tmpfs /root/.ssh && cp {Folder}/authorized_keys /root/.ssh/ && chmod 700 /root/.ssh && exec {_program} -F -E -s -p 127.0.0.1:{Port} -P '' -r {Folder}/host_key",
    ]);

    protected override async Task PrepareAsync()
    {
        Directory.CreateDirectory("/root/.ssh");
        var openSsh = Write("host_key.pem", Credentials.HostPrivateKey);
        Write("authorized_keys", Credentials.PublicKey + "\n");
        var (exitCode, output) = await Tools.RunAsync(_convert, "openssh", "dropbear", openSsh, Path.Combine(Folder, "host_key"));
        Assert.True(exitCode == 0, output);
    }
}
