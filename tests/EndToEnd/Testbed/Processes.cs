using System.Globalization;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>The processes of this machine, those in pods too.</summary>
internal static class Processes
{
    /// <summary>Command lines of living processes; the arguments are separated by blanks.</summary>
    public static IEnumerable<(int Id, string Command)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id)) continue;
            // A zombie has no command line any more.
            if (Read($"{folder}/cmdline") is { Length: > 0 } command) yield return (id, command.Replace('\0', ' ').TrimEnd());
        }
    }

    /// <summary>The builder of a build that works now.</summary>
    public static int? Builder(string @namespace, string build) =>
        Find($"/app/image-builder run --namespace {@namespace} --build {build} ");

    /// <summary>A pod's process: the pod's UID is in the name of its cgroup.</summary>
    public static int? OfPod(string podUid, string program) => All()
        .Where(p => p.Command.Contains(program, StringComparison.Ordinal) && Read($"/proc/{p.Id}/cgroup").Contains(podUid, StringComparison.Ordinal))
        .Select(p => (int?)p.Id).FirstOrDefault();

    public static Task KillAsync(int id) => Program.RunAsync("kill", ["-KILL", id.ToString(CultureInfo.InvariantCulture)]);

    public static long ResidentMiB(int id) => Read($"/proc/{id}/status").Split('\n')
        .Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024)
        .FirstOrDefault();

    private static int? Find(string text) => All().Where(p => p.Command.StartsWith(text, StringComparison.Ordinal)).Select(p => (int?)p.Id).FirstOrDefault();

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
