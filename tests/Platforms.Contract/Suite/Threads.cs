namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// The other threads of this process, as the kernel knows them. One that computes, is being compiled for, or waits for a processor is runnable, however
/// long it gets none; one that sleeps and was not scheduled since the last look has slept all the time between.
/// </summary>
internal sealed class Threads
{
    private const string Folder = "/proc/self/task";

    // "123/task/456"
    private readonly string _own = new FileInfo("/proc/thread-self").LinkTarget!.Split('/')[^1];
    private Dictionary<string, string> _switches = [];

    /// <summary>Those that could run at the last look, for a message.</summary>
    public IReadOnlyList<string> Runnable { get; private set; } = [];

    /// <summary>Whether all sleep, and none has run since the last look. For the thread that made this object.</summary>
    public bool AreStill()
    {
        var (switches, runnable, still) = (new Dictionary<string, string>(), new List<string>(), true);
        foreach (var folder in Directory.EnumerateDirectories(Folder))
        {
            var thread = Path.GetFileName(folder);
            if (thread == _own || Read(Path.Combine(folder, "status")) is not { } status) continue;
            if (Field(status, "State:")[0] is 'R' or 'D') runnable.Add($"{Field(status, "Name:")} ({thread})");
            switches[thread] = $"{Field(status, "\nvoluntary_ctxt_switches:")} {Field(status, "\nnonvoluntary_ctxt_switches:")}";
            still &= _switches.GetValueOrDefault(thread) == switches[thread];
        }

        (_switches, Runnable) = (switches, runnable);
        return still && runnable.Count == 0;
    }

    private static string Field(string status, string name)
    {
        var start = status.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return status[start..status.IndexOf('\n', start)].Trim();
    }

    /// <returns>Null of a thread that has just ended.</returns>
    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } status ? status : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
