using System.Runtime.InteropServices;
using System.Text;

namespace ImageOperator.Provisioners.Local;

/// <summary>Marks a process by its environment, which all that it starts inherits: so that all can be found and ended, also what left its group or its parent.</summary>
internal sealed partial class ProcessMark
{
    public const string Variable = "IMAGEOPERATOR_LOCAL_COMMAND";

    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Asks all to end, and kills after four seconds what is left.</summary>
    public async Task KillAsync(TimeProvider time)
    {
        var sent = new HashSet<int>();
        for (var started = time.GetTimestamp(); time.GetElapsedTime(started) < Patience;)
        {
            var found = Find();
            if (found.Count == 0) return;
            foreach (var pid in found.Where(sent.Add)) Signal(pid, Terminate);
            await Task.Delay(Poll, time, CancellationToken.None).ConfigureAwait(false);
        }

        // What starts others while it is killed is found in the next round.
        for (var round = 0; round < 20 && Find() is { Count: > 0 } left; round++)
        {
            foreach (var pid in left) Signal(pid, Kill);
            await Task.Delay(Poll, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private List<int> Find()
    {
        var found = new List<int>();
        if (!OperatingSystem.IsLinux()) return found;
        var mark = Encoding.ASCII.GetBytes($"{Variable}={Id}");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || pid == Environment.ProcessId) continue;
            try
            {
                // A zombie's environment is empty.
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0) found.Add(pid);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone, or another user's.
            }
        }

        return found;
    }

    private static void Signal(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int pid, int signal);
}
