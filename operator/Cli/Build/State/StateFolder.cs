namespace ImageOperator.Cli.Build.State;

/// <summary>A build's folder below the state folder, locked while a process works at it. The lock goes with the process, however it ends.</summary>
internal sealed class StateFolder : IDisposable
{
    private readonly FileStream _lock;

    private StateFolder(string path, FileStream lockFile)
    {
        FullPath = path;
        _lock = lockFile;
    }

    public string FullPath { get; }

    public string PlanFile => PlanFileOf(FullPath);

    public string Workspace => Path.Combine(FullPath, "workspace");

    public string Scratch(string target) => Path.Combine(FullPath, "scratch", target);

    public string Journal(string target) => JournalOf(FullPath, target);

    public static string PlanFileOf(string path) => Path.Combine(path, "plan.json");

    // The ending keeps a target named "plan" from being taken for the plan.
    public static string JournalOf(string path, string target) => Path.Combine(path, $"{target}.target.json");

    /// <summary>Whether the folder is one of a build of that name.</summary>
    public static bool IsOf(string path, string build)
    {
        var folder = Path.GetFileName(path);
        var dash = folder.LastIndexOf('-');
        return dash > 0 && folder[..dash] == build;
    }

    /// <summary>Whether a process works at it.</summary>
    public static bool IsHeld(string path)
    {
        using var free = TryOpen(path);
        return free is null;
    }

    /// <summary>Makes the folder of a new build, and locks it.</summary>
    public static StateFolder Create(string root, string name, string uid)
    {
        var path = Path.Combine(root, $"{name}-{uid[..8]}");
        // Journals name machines and ports: they are their owner's business.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return TryOpen(path) ?? throw new IOException($"{path} is in use");
    }

    /// <summary>Locks the folder; null while another process works at it.</summary>
    public static StateFolder? TryOpen(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) here; the child processes do not inherit it.
            return new(path, new(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    public void Remove() => Directory.Delete(FullPath, recursive: true);

    public void Dispose() => _lock.Dispose();
}
