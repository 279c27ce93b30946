using System.Globalization;
using System.Text;

namespace ImageOperator.Platforms.Qemu.Processes;

/// <summary>Looks at other processes through /proc. A zombie counts as gone.</summary>
internal static class ProcessTable
{
    /// <summary>This boot of this node.</summary>
    public static string BootId { get; } = ReadOrEmpty("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>When the process started, in ticks since boot; null if it is gone.</summary>
    public static long? StartTime(int process)
    {
        // The name in parentheses may hold anything, so count from the last one.
        var stat = ReadOrEmpty($"/proc/{process}/stat");
        var end = stat.LastIndexOf(')');
        if (end < 0) return null;
        var fields = stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20 || fields[0] is "Z" or "X") return null;
        return long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    /// <summary>The processes that have these two arguments side by side.</summary>
    public static IReadOnlyList<int> FindByArguments(string first, string second)
    {
        var wanted = Encoding.UTF8.GetBytes($"\0{first}\0{second}\0");
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)) continue;
            if (ReadBytesOrEmpty($"{folder}/cmdline").AsSpan().IndexOf(wanted) < 0) continue;
            if (StartTime(process) is not null) found.Add(process);
        }

        return found;
    }

    private static string ReadOrEmpty(string path) => Encoding.UTF8.GetString(ReadBytesOrEmpty(path));

    private static byte[] ReadBytesOrEmpty(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
