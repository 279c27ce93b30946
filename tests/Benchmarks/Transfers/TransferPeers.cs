using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Benchmarks.Peers;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Benchmarks.Transfers;

/// <summary>The ways to copy, each with its own connection and login.</summary>
internal sealed class TransferPeers(string folder, int port, MachineCredentials credentials)
{
    private static readonly Dictionary<string, string> PackerEnvironment = new() { ["CHECKPOINT_DISABLE"] = "1" };
    private readonly SshCommunicatorFactory _factory = new(TimeProvider.System);
    private readonly string _ssh = $"-F none -i {folder}/login -o IdentitiesOnly=yes -o UserKnownHostsFile={folder}/known_hosts -o StrictHostKeyChecking=yes -o LogLevel=ERROR";

    public IReadOnlyList<TransferPeer> All =>
    [
        new("ImageOperator", OursAsync), new("tar | ssh", TarAsync), new("scp", ScpAsync), new("sftp", SftpAsync),
        // 1.6.6 downloads files only.
        new("packer", PackerAsync) { Can = copy => copy.Up || copy.File is not null }, new("packer, empty", _ => PackerAsync("")),
    ];

    private async Task OursAsync(TransferCase copy)
    {
        var settings = new Communicator { Ssh = new() { User = "root", Timeout = Duration.FromMinutes(1) } };
        await using var machine = new Machine(port);
        await using var session = await _factory.ConnectAsync(new(settings, machine, credentials, new Silence()), CancellationToken.None).ConfigureAwait(false);
        var (source, target) = copy.File is { } file ? (file, copy.Target + "/") : (copy.Source + "/", copy.Target);
        if (copy.Up) await session.UploadAsync(new() { LocalPath = source, RemotePath = target }, CancellationToken.None).ConfigureAwait(false);
        else await session.DownloadAsync(new() { RemotePath = source, LocalPath = target }, CancellationToken.None).ConfigureAwait(false);
    }

    private Task TarAsync(TransferCase copy) => ShellAsync(copy.Up
        ? $"tar -C {copy.Source} -cf - . | ssh {_ssh} -p {port} root@127.0.0.1 'tar -C {copy.Target} -xf -'"
        : $"ssh {_ssh} -p {port} root@127.0.0.1 'tar -C {copy.Source} -cf - .' | tar -C {copy.Target} -xf -");

    private Task ScpAsync(TransferCase copy) => ShellAsync(copy.Up
        ? $"scp -q -r {_ssh} -P {port} {copy.Source}/. root@127.0.0.1:{copy.Target}/"
        : $"scp -q -r {_ssh} -P {port} root@127.0.0.1:{copy.Source}/. {copy.Target}/");

    private Task SftpAsync(TransferCase copy) =>
        ShellAsync($"printf '%s\\n' '{(copy.Up ? "put" : "get")} -r {copy.Source}/. {copy.Target}/' | sftp -q {_ssh} -P {port} -b - root@127.0.0.1 > /dev/null");

    private Task PackerAsync(TransferCase copy)
    {
        var (source, target) = copy.File is { } file ? (file, $"{copy.Target}/{Path.GetFileName(file)}") : (copy.Source + "/", copy.Target + "/");
        return PackerAsync($$"""provisioner "file" { source = "{{source}}", destination = "{{target}}", direction = "{{(copy.Up ? "upload" : "download")}}" }""".Replace(", ", "\n", StringComparison.Ordinal)
            .Replace("{ ", "{\n", StringComparison.Ordinal).Replace(" }", "\n}", StringComparison.Ordinal));
    }

    private async Task PackerAsync(string provisioner)
    {
        var template = Path.Combine(folder, "transfer.pkr.hcl");
        await File.WriteAllTextAsync(template, $$"""
            source "null" "server" {
              communicator         = "ssh"
              ssh_host             = "127.0.0.1"
              ssh_port             = {{port}}
              ssh_username         = "root"
              ssh_private_key_file = "{{folder}}/login"
            }
            build {
              sources = ["source.null.server"]
              {{provisioner}}
            }

            """).ConfigureAwait(false);
        await ChildProcess.RunAsync("packer", ["build", "-color=false", template], PackerEnvironment, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task ShellAsync(string line) =>
        await ChildProcess.RunAsync("bash", ["-o", "pipefail", "-c", line], new Dictionary<string, string>(), CancellationToken.None).ConfigureAwait(false);

    private sealed class Machine(int port) : IMachine
    {
        public MachineStatus Status { get; } = new() { Id = "loopback" };

        public MachineEndpoint Endpoint { get; } = new("127.0.0.1", port);

        public Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult("");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Silence : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
        }
    }
}
