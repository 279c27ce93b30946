using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ImageOperator.Testing.Processes;

/// <summary>A process of ours, by its id, with its output in a file.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public static ChildProcess Start(string log, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null");
        foreach (var argument in (string[])["sh", log, .. command]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>As a crash: nothing is said, nothing is flushed.</summary>
    public Task KillAsync() => EndAsync(SigKill);

    /// <summary>As Kubernetes asks a pod to end.</summary>
    public Task TerminateAsync() => EndAsync(SigTerm);

    /// <summary>It hangs: connections stay, answers do not come.</summary>
    public void Freeze() => Signal(SigStop);

    public void Thaw() => Signal(SigCont);

    public void Dispose()
    {
        Signal(SigKill);
        process.Dispose();
    }

    private async Task EndAsync(int signal)
    {
        Signal(signal);
        await process.WaitForExitAsync();
    }

    private void Signal(int signal)
    {
        if (!process.HasExited) _ = Kill(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
