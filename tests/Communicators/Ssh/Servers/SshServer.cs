using System.Diagnostics;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Servers;

/// <summary>A real SSH server on a loopback port, in a folder of its own. Not started until asked.</summary>
public abstract class SshServer : IAsyncDisposable
{
    private Process? _process;

    protected SshServer(MachineCredentials credentials)
    {
        Credentials = credentials;
        Folder = Directory.CreateTempSubdirectory("io-ssh-").FullName;
        Port = Loopback.FreePort();
    }

    public MachineCredentials Credentials { get; }

    public string Folder { get; }

    public int Port { get; }

    protected abstract (string Program, string[] Arguments) Command { get; }

    public async Task StartAsync()
    {
        await PrepareAsync();
        _process = Tools.Start(Command.Program, Command.Arguments);
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task PrepareAsync();
}
