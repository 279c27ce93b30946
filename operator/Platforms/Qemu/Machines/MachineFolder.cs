using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>Where a machine's files stand: all in one folder, so that one ledger entry speaks of all of them.</summary>
internal sealed record MachineFolder(string Key, string Purpose, string Path)
{
    public const string Disk = "disk.qcow2";
    public const string Seed = "seed.iso";
    public const string Variables = "firmware-vars.fd";
    public const string Control = "qmp.sock";
    public const string Serial = "serial.sock";

    /// <summary>Files of this name mark folders that are ours to delete.</summary>
    public const string Marker = ".imageoperator";

    /// <summary>The ledger's key of the machine.</summary>
    public string LedgerKey => $"{Purpose}/machine";

    /// <summary>The machine's name on QEMU's command line: how its process is found.</summary>
    public string MachineName => $"imageoperator-{Key}-{Purpose}";

    public string DiskPath => System.IO.Path.Combine(Path, Disk);

    public static MachineFolder Of(BuildIdentity identity, BuildFolders folders, MachinePurpose purpose) =>
        Of(identity, folders, purpose == MachinePurpose.Build ? "build" : "test");

    public static MachineFolder Of(BuildIdentity identity, BuildFolders folders, string purpose) =>
        new(identity.Key, purpose, System.IO.Path.Combine(folders.Scratch, identity.Key, purpose));

    /// <summary>Makes the folder, empty; only this user may look into it.</summary>
    public void Create()
    {
        Delete();
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(System.IO.Path.Combine(Path, Marker), Key + "\n");
    }

    /// <summary>Deletes the folder, and the build's folder if nothing else is in it. Folders without our mark are left alone.</summary>
    public void Delete()
    {
        if (Directory.Exists(Path))
        {
            var empty = !Directory.EnumerateFileSystemEntries(Path).Any();
            if (!empty && !File.Exists(System.IO.Path.Combine(Path, Marker))) return;
            Directory.Delete(Path, recursive: true);
        }

        var parent = System.IO.Path.GetDirectoryName(Path)!;
        if (Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any()) Directory.Delete(parent);
    }
}
