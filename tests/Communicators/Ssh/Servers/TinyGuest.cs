using System.Diagnostics;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>A real guest under emulation, reached through QEMU's user network. Made by config/dev/guests/guests.sh.</summary>
internal sealed class TinyGuest : IAsyncDisposable
{
    private static readonly string Image = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/guests/tiny.qcow2");

    private readonly string _folder = Directory.CreateTempSubdirectory("io-vm-").FullName;
    private Process? _qemu;

    public int Port { get; } = Loopback.FreePort();

    /// <summary>Completes when the guest's SSH server listens, as its serial console tells.</summary>
    public Task Listening { get; private set; } = Task.CompletedTask;

    public async Task StartAsync(MachineCredentials credentials)
    {
        Assert.SkipUnless(File.Exists(Image), $"{Image} is missing: run config/dev/guests/guests.sh tiny");
        var qemu = Tools.Require("qemu-system-x86_64", "qemu-system-x86");
        var seed = await MakeSeedAsync(credentials);
        var disk = Path.Combine(_folder, "disk.qcow2");
        var (exitCode, output) = await Tools.RunAsync(Tools.Require("qemu-img", "qemu-utils"), "create", "-q", "-f", "qcow2", "-b", Image, "-F", "qcow2", disk);
        Assert.True(exitCode == 0, output);
        var serial = Path.Combine(_folder, "serial");
        _qemu = Tools.Start(qemu,
        [
            "-accel", "tcg", "-cpu", "qemu64,-svm,+rdrand", "-machine", "pc", "-smp", "1", "-m", "512", "-display", "none", "-nodefaults",
            "-drive", $"file={disk},if=none,id=root,format=qcow2", "-device", "virtio-blk-pci,drive=root,bootindex=1",
            "-drive", $"file={seed},if=none,id=seed,format=raw,readonly=on", "-device", "virtio-blk-pci,drive=seed",
            "-netdev", $"user,id=net,hostfwd=tcp:127.0.0.1:{Port}-:22", "-device", "virtio-net-pci,netdev=net,romfile=", "-serial", $"file:{serial}",
        ]);
        Listening = WaitForMarkerAsync(serial);
    }

    public async ValueTask DisposeAsync()
    {
        if (_qemu is not null)
        {
            _qemu.Kill();
            await _qemu.WaitForExitAsync();
            _qemu.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static async Task WaitForMarkerAsync(string serial)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!File.Exists(serial) || !(await File.ReadAllTextAsync(serial, limit.Token)).Contains("READY", StringComparison.Ordinal)) await Task.Delay(10, limit.Token);
    }

    private async Task<string> MakeSeedAsync(MachineCredentials credentials)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "seed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "meta-data"), "instance-id: test\nlocal-hostname: test\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "user-data"), $"""
            #cloud-config
            ssh_keys:
              ed25519_private: |
            {string.Concat(credentials.HostPrivateKey.TrimEnd().Split('\n').Select(line => $"    {line}\n"))}
              ed25519_public: "{credentials.HostPublicKey}"
            users:
              - name: {credentials.User}
                ssh_authorized_keys:
                  - "{credentials.PublicKey}"

            """);
        var image = Path.Combine(_folder, "seed.iso");
        var (exitCode, output) = await Tools.RunAsync(Tools.Require("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", "-V", "cidata", "-J", "-R", "-o", image, folder);
        Assert.True(exitCode == 0, output);
        return image;
    }
}
