using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Machines;

/// <summary>
/// Instances with a real sshd at their private address, which is one of the loopback's. The host key and who may log in are read from the user data, as
/// cloud-init would. What is below <c>/mnt</c> is the instance's disk: an AMI is a copy of it, and its instances begin with that.
/// </summary>
internal sealed partial class SshMachines : IInstanceHost, IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("imageoperator-machines-").FullName;
    private readonly ConcurrentDictionary<string, System.Diagnostics.Process> _running = new();

    /// <summary>How many instances were started.</summary>
    public int Started { get; private set; }

    public Task StartAsync(InstanceBoot boot)
    {
        Started++;
        var disk = Disk(boot.Id);
        if (Directory.Exists(Disk(boot.Image))) Copy(Disk(boot.Image), disk);
        else Directory.CreateDirectory(disk);
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{boot.Id}.boot")).FullName;
        var hostKey = HostKey().Match(boot.UserData).Groups[1].Value;
        Write("host_key", string.Join('\n', hostKey.Split('\n').Select(l => l.Trim())));
        Write("authorized_keys", string.Join('\n', Logins().Matches(boot.UserData).Select(m => m.Groups[1].Value).Append(boot.PublicKey ?? "")) + "\n");
        Write("config", $"""
            ListenAddress {boot.Address}
            Port 22
            HostKey {folder}/host_key
            AuthorizedKeysFile {folder}/authorized_keys
            SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            Subsystem sftp internal-sftp

            """);
        Directory.CreateDirectory("/run/sshd");
        _running[boot.Id] = System.Diagnostics.Process.Start(
            "/usr/bin/unshare", ["--mount", "--fork", "--kill-child", "sh", "-c", $"mount --bind '{disk}' /mnt && exec /usr/sbin/sshd -D -E '{folder}/log' -f '{folder}/config'"]);
        return Task.CompletedTask;

        void Write(string name, string text)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public async Task StopAsync(string id, bool ended)
    {
        if (_running.TryRemove(id, out var process))
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (ended && Directory.Exists(Disk(id))) Directory.Delete(Disk(id), recursive: true);
    }

    public void Capture(string from, string image) => Copy(Disk(from), Disk(image));

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _running.Keys) await StopAsync(id, ended: true);
        Directory.Delete(_root, recursive: true);
    }

    private string Disk(string id) => Path.Combine(_root, id);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories)) File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }

    [GeneratedRegex("ed25519_private: \\|\n((?:    .*\n)+)")]
    private static partial Regex HostKey();

    [GeneratedRegex("^      - \"(ssh-[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Logins();
}
