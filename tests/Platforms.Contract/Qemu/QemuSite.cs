using System.Diagnostics;
using System.Security.Cryptography;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Qemu;
using Process = ImageOperator.Platforms.Contract.Tests.Suite.Process;

namespace ImageOperator.Platforms.Contract.Tests.Qemu;

/// <summary>Folders on this machine, and what runs in them.</summary>
internal sealed class QemuSite : Site
{
    private const string Emulator = "qemu-system-x86_64";
    private const string ImageName = "web-lab";

    private readonly string _root = Directory.CreateTempSubdirectory("imageoperator-contract-").FullName;
    private string _checksum = "";

    private QemuSite() => Folders = new(Folder("workspace"), Folder("scratch"), Folder("cache"), Folder("downloads"));

    public override string Name => "qemu";

    public override TimeProvider Time => TimeProvider.System;

    public override BuildFolders Folders { get; }

    public override int Artifacts => 1;

    public override Target Target => new()
    {
        Name = "lab",
        Qemu = new()
        {
            Source = new() { HostPath = new() { Path = Source }, Checksum = _checksum },
            Memory = Quantity.FromMi(64),
            Accelerator = QemuAccelerator.Tcg,
            Output = new() { Format = DiskFormat.Qcow2, Name = ImageName, HostPath = new() { Path = Output } },
        },
    };

    public override int BuildMachines => File.Exists(Started) ? File.ReadLines(Started).Count(l => l.Contains("-build ", StringComparison.Ordinal)) : 0;

    private string Source => Path.Combine(_root, "source.raw");

    private string Output => Folder("output");

    private string Started => Path.Combine(_root, "started");

    public static async Task<QemuSite> OpenAsync()
    {
        var site = new QemuSite();
        var disk = ButtonGuest.Disk();
        await File.WriteAllBytesAsync(site.Source, disk);
        site._checksum = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(disk))}";
        // Notes each start, and becomes QEMU.
        var script = Path.Combine(site._root, "emulator");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\necho \"$@\" >> '{site.Started}'\nexec {Emulator} \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return site;
    }

    public override Task BeginAsync()
    {
        File.Delete(Started);
        return Task.CompletedTask;
    }

    public override IPlatformFactory Platform(Process process) => new QemuPlatformFactory(new() { Emulator = Path.Combine(_root, "emulator") });

    /// <summary>The guest says when it hears the power button.</summary>
    public override async Task WaitForGuestAsync(IMachine machine, CancellationToken cancellationToken)
    {
        while (!(await machine.ReadConsoleTailAsync(10, cancellationToken)).Contains(ButtonGuest.Sign, StringComparison.Ordinal) && !machine.Ended.IsCompleted) await Task.Delay(20, cancellationToken);
    }

    public override Task<IReadOnlyList<string>> ListAsync()
    {
        var files = new[] { Folders.Scratch, Output, Folders.Downloads }.SelectMany(f => Directory.EnumerateFileSystemEntries(f, "*", SearchOption.AllDirectories));
        return Task.FromResult<IReadOnlyList<string>>([.. files.Concat(Children().Select(c => $"process {c}")).Order(StringComparer.Ordinal)]);
    }

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        var artifact = Assert.Single(artifacts);
        var file = Path.Combine(Output, $"{ImageName}.qcow2");
        Assert.Equal("qcow2", artifact.Type);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)))}", artifact.Checksum);
        Assert.Equal(before.Append(file).Append(file + ".sha256").Order(StringComparer.Ordinal), await ListAsync());
    }

    public override Task RemoveResultsAsync()
    {
        foreach (var file in Directory.GetFiles(Output, $"{ImageName}.qcow2*")) File.Delete(file);
        return Task.CompletedTask;
    }

    public override async Task RunAsync(Task work, params Process[] processes)
    {
        await Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died)));
        if (!processes.All(p => p.Dead)) return;
        // A pod's processes die with it.
        var limit = Stopwatch.StartNew();
        while (Children() is { Count: > 0 } children && limit.Elapsed < TimeSpan.FromSeconds(20))
        {
            foreach (var child in children) Kill(child);
            await Task.Delay(5);
        }
    }

    public override ValueTask DisposeAsync()
    {
        foreach (var child in Children()) Kill(child);
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>What runs in our folders or speaks of them.</summary>
    private List<int> Children()
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id) || id == Environment.ProcessId) continue;
            try
            {
                var isOurs = new DirectoryInfo(Path.Combine(folder, "cwd")).LinkTarget?.StartsWith(_root, StringComparison.Ordinal) == true
                    || File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(_root, StringComparison.Ordinal);
                // One that is dead and not yet waited for holds nothing.
                if (isOurs && !File.ReadAllText(Path.Combine(folder, "stat")).Contains(") Z ", StringComparison.Ordinal)) found.Add(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return found;
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }
}
