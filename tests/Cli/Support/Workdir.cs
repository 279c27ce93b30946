using System.Diagnostics;

namespace ImageOperator.Cli.Tests.Support;

/// <summary>A folder of one test.</summary>
internal sealed class Workdir : IDisposable
{
    // Short: sockets of machines lie below it.
    public string Root { get; } = Directory.CreateTempSubdirectory("ioc-").FullName;

    public string State => Path.Combine(Root, "state");

    public string Output => Path.Combine(Root, "out");

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The state folders that are left.</summary>
    public IReadOnlyList<string> States => Directory.Exists(State) ? [.. Directory.GetDirectories(State).Where(d => Path.GetFileName(d) != "results")] : [];

    /// <summary>The output's files.</summary>
    public IReadOnlyList<string> Images => Directory.Exists(Output) ? [.. Directory.GetFiles(Output, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Output, f)).Order()] : [];

    /// <summary>QEMU's processes that name this folder in their command line, or work in it (even if it is deleted).</summary>
    public IReadOnlyList<string> Processes =>
        [.. Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)).Select(Describe)
            .Where(c => c.Contains("qemu", StringComparison.Ordinal) && c.Contains(Root, StringComparison.Ordinal))];

    public void Dispose()
    {
        // A test that failed between kill and sweep leaves its machine running.
        foreach (var machine in Machines()) machine.Kill();
        Directory.Delete(Root, recursive: true);
    }

    private IEnumerable<Process> Machines() => Process.GetProcessesByName("qemu-system-x86_64").Concat(Process.GetProcessesByName("qemu-system-x86"))
        .Where(p => Describe($"/proc/{p.Id}").Contains($" in {Root}/", StringComparison.Ordinal));

    private static string Describe(string process)
    {
        try
        {
            return $"{File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ')} in {new FileInfo(Path.Combine(process, "cwd")).LinkTarget}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
