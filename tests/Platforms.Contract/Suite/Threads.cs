using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>
/// The other threads of this process, as the kernel knows them. One that computes, is being compiled for, or waits for a processor is runnable, however
/// long it gets none; one that sleeps and was not scheduled since the last look has slept all the time between.
/// </summary>
internal sealed class Threads : IDisposable
{
    private const string Folder = "/proc/self/task";

    // "123/task/456"
    private readonly string _own = new FileInfo("/proc/thread-self").LinkTarget!.Split('/')[^1];
    private readonly Dictionary<string, SafeFileHandle> _files = [];
    private readonly byte[] _buffer = new byte[8192];
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
            if (thread == _own || (Read(thread) ?? Read(thread)) is not { } status) continue;
            if (Field(status, "State:")[0] is 'R' or 'D') runnable.Add($"{Field(status, "Name:")} ({thread})");
            switches[thread] = $"{Field(status, "\nvoluntary_ctxt_switches:")} {Field(status, "\nnonvoluntary_ctxt_switches:")}";
            still &= _switches.GetValueOrDefault(thread) == switches[thread];
        }

        (_switches, Runnable) = (switches, runnable);
        return still && runnable.Count == 0;
    }

    public void Dispose()
    {
        foreach (var file in _files.Values) file.Dispose();
    }

    private static string Field(string status, string name)
    {
        var start = status.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return status[start..status.IndexOf('\n', start)].Trim();
    }

    // Files that stay open: thousands of looks must not cost the processor's time that is waited for.
    /// <returns>Null of a thread that has ended; another one may have its number.</returns>
    private string? Read(string thread)
    {
        try
        {
            if (!_files.TryGetValue(thread, out var file)) _files[thread] = file = File.OpenHandle($"{Folder}/{thread}/status");
            if (RandomAccess.Read(file, _buffer, 0) is > 0 and var length) return Encoding.ASCII.GetString(_buffer, 0, length);
        }
        catch (IOException)
        {
            // It has just ended.
        }

        if (_files.Remove(thread, out var old)) old.Dispose();
        return null;
    }
}
