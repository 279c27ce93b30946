using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Machines;

/// <summary>
/// Instances with a real sshd at their private address, which is one of the loopback's. The host key and who may log in are read from the user data, as
/// cloud-init would. What is below <c>/mnt</c> is the instance's disk: an AMI is a copy of it, and its instances begin with that.
/// </summary>
/// <param name="networkOf">The process in whose network they stand; this one's if null.</param>
/// <param name="user">A further name of root, for templates whose user is not root.</param>
internal sealed partial class SshMachines(int? networkOf = null, string user = "builder") : IInstanceHost, IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("imageoperator-machines-").FullName;
    private readonly ConcurrentDictionary<string, System.Diagnostics.Process> _running = new();

    /// <summary>How many instances were started.</summary>
    public int Started { get; private set; }

    public async Task StartAsync(InstanceBoot boot)
    {
        Started++;
        var disk = Disk(boot.Id);
        if (Directory.Exists(Disk(boot.Image))) Copy(Disk(boot.Image), disk);
        else Directory.CreateDirectory(disk);
        var folder = Directory.CreateDirectory(Path.Combine(_root, $"{boot.Id}.boot")).FullName;
        var hostKey = HostKey().Match(boot.UserData).Groups[1].Value;
        // Without one in the user data the machine makes its own, as they do.
        if (hostKey.Length > 0) Write("host_key", string.Join('\n', hostKey.Split('\n').Select(l => l.Trim())));
        else await RunAsync("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", Path.Combine(folder, "host_key"));
        var logins = Logins().Matches(boot.UserData).Select(m => m.Groups[1].Value).ToList();
        if (boot.PrivateKey is { } key)
        {
            Write("login", key.TrimEnd() + "\n");
            logins.Add(await RunAsync("ssh-keygen", "-y", "-f", Path.Combine(folder, "login")));
        }

        Write("authorized_keys", string.Join('\n', logins) + "\n");
        Write("config", $"""
            ListenAddress {boot.Address}
            Port 22
            HostKey {folder}/host_key
            AuthorizedKeysFile {folder}/authorized_keys
            SetEnv PATH={folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin
            PidFile none
            StrictModes no
            UsePAM no
            PubkeyAcceptedAlgorithms +ssh-rsa
            PermitRootLogin yes
            PasswordAuthentication no
            Subsystem sftp internal-sftp

            """);
        Directory.CreateDirectory("/run/sshd");
        Write("passwd", $"{(await File.ReadAllTextAsync("/etc/passwd")).TrimEnd()}\n{user}:x:0:0::/tmp:/bin/sh\n");
        // The guest's own: this machine must not be powered off.
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        Write("bin/poweroff", $"#!/bin/sh\n: > '{folder}/off'\n");
        File.SetUnixFileMode(Path.Combine(folder, "bin/poweroff"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Delete(Path.Combine(folder, "off"));
        var start = $"if [ -e /usr/sbin/poweroff ]; then mount --bind '{folder}/bin/poweroff' /usr/sbin/poweroff || exit; fi && mount --bind '{disk}' /mnt && mount --bind '{folder}/passwd' /etc/passwd && exec /usr/sbin/sshd -D -E '{folder}/log' -f '{folder}/config'";
        string[] own = ["/usr/bin/unshare", "--mount", "--fork", "--kill-child", "sh", "-c", start];
        string[] all = networkOf is { } process ? ["/usr/bin/nsenter", $"--net=/proc/{process}/ns/net", .. own] : own;
        _running[boot.Id] = System.Diagnostics.Process.Start(all[0], all[1..]);

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

    public bool HasPoweredOff(string id) => File.Exists(Path.Combine(_root, $"{id}.boot", "off"));

    /// <summary>The public host key of a machine that made its own.</summary>
    public string HostKey(string id) => File.ReadAllText(Path.Combine(_root, $"{id}.boot", "host_key.pub")).Trim();

    public void Capture(string from, string image) => Copy(Disk(from), Disk(image));

    /// <summary>What is below <c>/mnt</c> of an image's machines at first.</summary>
    public string FolderOf(string image) => Disk(image);

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _running.Keys) await StopAsync(id, ended: true);
        Directory.Delete(_root, recursive: true);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said.Trim();
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
