using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Benchmarks.Transfers;

/// <summary>OpenSSH's server on a loopback port, for root with a plain shell: a mount of its own hides what root's own shell reads at its start.</summary>
internal sealed class TransferServer : IDisposable
{
    private readonly Process _process;

    private TransferServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<TransferServer> StartAsync(string folder, string hostPrivateKey, string acceptedKeys)
    {
        Directory.CreateDirectory("/run/sshd");
        var port = FreePort();
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        var passwd = await File.ReadAllLinesAsync("/etc/passwd").ConfigureAwait(false);
        await File.WriteAllLinesAsync(Path.Combine(folder, "passwd"), passwd.Select(line => line.StartsWith("root:", StringComparison.Ordinal) ? $"root:x:0:0:root:{home}:/bin/sh" : line)).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "host_ed25519"), hostPrivateKey).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, "authorized_keys"), acceptedKeys).ConfigureAwait(false);
        foreach (var key in new[] { "host_ed25519", "host_ecdsa" }) File.SetUnixFileMode(Path.Combine(folder, key), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {folder}/host_ed25519
            HostKey {folder}/host_ecdsa
            AuthorizedKeysFile {folder}/authorized_keys
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            MaxStartups 100
            Subsystem sftp internal-sftp

            """).ConfigureAwait(false);
        var process = Process.Start(new ProcessStartInfo("unshare",
        [
            "--mount", "--fork", "--kill-child", "sh", "-c", $"mount --bind {folder}/passwd /etc/passwd && exec /usr/sbin/sshd -D -e -f {folder}/sshd_config 2> {folder}/sshd.log",
        ]))!;
        await ListeningAsync(port).ConfigureAwait(false);
        return new(process, port);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task ListeningAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, limit.Token).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token).ConfigureAwait(false);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
