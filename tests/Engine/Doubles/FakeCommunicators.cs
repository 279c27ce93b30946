using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class FakeCommunicators(World world, Process process) : ICommunicatorFactory
{
    /// <summary>What the machine does instead of answering.</summary>
    public Func<Resource, CancellationToken, Task>? OnConnect { get; init; }

    public Exception? OnDispose { get; init; }

    public bool Supports(Communicator settings) => settings.Ssh is not null;

    public MachineCredentials CreateCredentials(Communicator settings) => new()
    {
        User = "root",
        PrivateKey = "private",
        PublicKey = "public",
        HostPrivateKey = "hostprivate",
        HostPublicKey = "hostpublic",
    };

    public async Task<ICommunicator> ConnectAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        var machine = ((FakeMachine)request.Machine).Resource;
        await process.CallAsync("connect", () => 0, cancellationToken);
        if (OnConnect is not null) await OnConnect(machine, cancellationToken);
        return new Session(world, process, machine, OnDispose);
    }

    private sealed class Session(World world, Process process, Resource machine, Exception? onDispose) : ICommunicator
    {
        public async Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken)
        {
            var running = await process.CallAsync(
                $"execute {command.CommandLine}", () => world.RunAsync(new(machine, command.CommandLine, output, cancellationToken)), cancellationToken);
            if (command.CommandLine == "poweroff")
            {
                machine.Ended.TrySetResult("it powered off");
                throw new ConnectionException(ConnectionLayer.Session, "the session broke");
            }

            return new(await running);
        }

        public Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => onDispose is null ? ValueTask.CompletedTask : throw onDispose;
    }
}
