using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>
/// A Debian with its own processes, mounts, users and SSH server, and the tools of all provisioners that Debian packages; made by
/// config/dev/guests/toolbox.sh. It runs in namespaces on an overlay: each starts from the same state, and leaves nothing.
/// </summary>
internal sealed class Toolbox : IAsyncDisposable
{
    private static readonly string Root = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/guests/toolbox");

    private readonly string _folder = Directory.CreateTempSubdirectory("io-toolbox-").FullName;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private ICommunicator? _session;

    private Toolbox()
    {
    }

    public ICommunicator Session => _session!;

    /// <summary>The guest's root folder cannot be seen from here; these go in and out by the session.</summary>
    /// <param name="user">root, or debian, who may use sudo.</param>
    public static async Task<Toolbox> StartAsync(string user = "debian")
    {
        Assert.SkipUnless(Directory.Exists(Root) && File.Exists(Root + ".stamp"), $"{Root} is missing: make it with config/dev/guests/toolbox.sh");
        var guest = new Toolbox();
        try
        {
            await guest.BootAsync(user);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command as the login user.</summary>
    /// <returns>What it printed to both streams.</returns>
    public async Task<string> RunAsync(string command, bool root = true)
    {
        var lines = new List<string>();
        var line = root ? $"sudo -n sh -c '{command.Replace("'", "'\\''", StringComparison.Ordinal)}'" : command;
        await Session.ExecuteAsync(new() { CommandLine = line }, (_, text) => lines.Add(text), TestContext.Current.CancellationToken);
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        if (_process is not null)
        {
            // The first process of the namespace dies with unshare, and all others with it.
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task BootAsync(string user)
    {
        var factory = new SshCommunicatorFactory(TimeProvider.System);
        var settings = new Communicator { Ssh = new SshCommunicator { User = user, Timeout = Duration.FromSeconds(30) } };
        var credentials = factory.CreateCredentials(settings);
        var port = FreePort();
        Write("host_key", credentials.HostPrivateKey);
        Write("authorized_keys", credentials.PublicKey + "\n");
        Write("sshd_config", $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey /run/toolbox/host_key
            AuthorizedKeysFile /run/toolbox/authorized_keys
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            SetEnv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

            """);
        Write("init", $"""
            set -e
            mount -t tmpfs -o mode=755 tmpfs {_folder}/disk
            mkdir {_folder}/disk/upper {_folder}/disk/work {_folder}/disk/root
            mount -t overlay -o lowerdir={Root},upperdir={_folder}/disk/upper,workdir={_folder}/disk/work overlay {_folder}/disk/root
            cd {_folder}/disk/root
            mount -t proc proc proc
            mount --rbind /dev dev
            mount -t tmpfs -o mode=755 tmpfs run
            mount -t tmpfs -o mode=1777 tmpfs tmp
            mkdir -p run/toolbox run/sshd run/lock
            cp {_folder}/host_key {_folder}/authorized_keys {_folder}/sshd_config run/toolbox/
            chmod 644 run/toolbox/authorized_keys
            hostname toolbox
            printf '127.0.0.1 localhost toolbox\n' > etc/hosts
            echo 'debian:x:1000:1000::/home/debian:/bin/bash' >> etc/passwd
            echo 'debian:*:19000:0:99999:7:::' >> etc/shadow
            echo 'debian:x:1000:' >> etc/group
            echo 'debian ALL=(ALL) NOPASSWD:ALL' > etc/sudoers.d/debian
            chmod 440 etc/sudoers.d/debian
            install -d -o 1000 -g 1000 home/debian
            [ ! -d opt/goss ] || cp opt/goss/usr/bin/goss usr/local/bin/
            # The first process of a system is no sshd: that one writes over its environment, which cloud-init reads.
            exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /bin/sh -c '/usr/sbin/sshd -D -e -f /run/toolbox/sshd_config & wait'
            """);
        Directory.CreateDirectory(Path.Combine(_folder, "disk"));
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "sh", Path.Combine(_folder, "init")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _log.AppendLine(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        try
        {
            _session = await factory.ConnectAsync(new(settings, new Machine(port), credentials, new Quiet()), TestContext.Current.CancellationToken);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"the toolbox did not start: {_log}", e);
        }
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class Quiet : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
        }
    }

    private sealed class Machine(int port) : IMachine
    {
        public Api.ImageBuilds.MachineStatus Status { get; } = new() { Id = "toolbox" };

        public MachineEndpoint Endpoint { get; } = new("127.0.0.1", port);

        public Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult("");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
