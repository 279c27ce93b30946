using System.Globalization;

namespace ImageOperator.Testing.Processes;

/// <summary>What the kernel counts of a process.</summary>
/// <param name="Cpu">User and system time.</param>
/// <param name="Resident">Bytes in memory, code mapped from files included.</param>
/// <param name="Anonymous">Of these, bytes that no file backs.</param>
internal sealed record ProcessFigures(TimeSpan Cpu, long Resident, long Anonymous)
{
    private const int TicksPerSecond = 100;

    public static ProcessFigures Of(int pid)
    {
        // Fields count from 1; the second is in brackets and may hold anything.
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{pid}/status");
        return new(TimeSpan.FromSeconds((double)ticks / TicksPerSecond), Kibibytes(status, "VmRSS:"), Kibibytes(status, "RssAnon:"));
    }

    private static long Kibibytes(string[] status, string name)
    {
        var line = status.First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
