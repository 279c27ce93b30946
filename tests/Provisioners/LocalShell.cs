using System.Diagnostics;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Tests;

/// <summary>A machine that is this one: runs command lines with a chosen shell as its login shell and its sh.</summary>
internal sealed class LocalShell : ICommunicator
{
    private readonly string _bin = Directory.CreateTempSubdirectory("io-bin-").FullName;

    public LocalShell(string shell)
    {
        var parts = shell.Split(' ');
        var program = new[] { "/bin", "/usr/bin" }.Select(folder => Path.Combine(folder, parts[0])).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, $"{parts[0]} is not installed: apt-get install {parts[0]}");
        if (parts[0] == "busybox")
        {
            foreach (var applet in new[] { "sh", "head", "tail", "cat", "wc", "mktemp", "rm" }) File.CreateSymbolicLink(Path.Combine(_bin, applet), program!);
        }
        else
        {
            File.CreateSymbolicLink(Path.Combine(_bin, "sh"), program!);
        }

        Temp = Directory.CreateTempSubdirectory("io-tmp-").FullName;
    }

    public string Temp { get; }

    public List<FileTransfer> Transfers { get; } = [];

    /// <summary>How often it was booted anew.</summary>
    public int Reboots { get; private set; }

    public Func<FileTransfer, Task> OnTransfer { get; set; } = _ => Task.CompletedTask;

    public void AddProgram(string name, string script)
    {
        var path = Path.Combine(_bin, name);
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    public async Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(_bin, "sh"), ["-c", command.CommandLine])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = _bin + ":/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["TMPDIR"] = Temp;
        using var process = Process.Start(start)!;
        var gate = new Lock();
        process.OutputDataReceived += (_, e) => Take(OutputStream.Stdout, e.Data);
        process.ErrorDataReceived += (_, e) => Take(OutputStream.Stderr, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(command.StandardInput ?? default, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads nothing.
        }

        await process.WaitForExitAsync(cancellationToken);
        return new CommandResult(process.ExitCode);

        void Take(OutputStream stream, string? line)
        {
            lock (gate)
            {
                if (line is not null) output(stream, line);
            }
        }
    }

    public Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken)
    {
        Transfers.Add(transfer);
        return OnTransfer(transfer);
    }

    public Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken) => UploadAsync(transfer, cancellationToken);

    public Task<RebootResult> RebootAsync(RebootRequest request, CancellationToken cancellationToken)
    {
        Reboots++;
        return Task.FromResult(new RebootResult("next", TimeSpan.FromSeconds(1)));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_bin, recursive: true);
        Directory.Delete(Temp, recursive: true);
        return ValueTask.CompletedTask;
    }
}
