using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>Sessions to machines that do what they are told: the contract is the platform's. Calls are points of the process.</summary>
internal sealed class Sessions(Process process, Func<string, int> run, Func<IMachine, CancellationToken, Task> wait, Func<IMachine, string, Task>? hear = null) : ICommunicatorFactory
{
    /// <summary>A real ed25519 key: AWS looks at it.</summary>
    public const string PublicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ builder";

    public bool Supports(Communicator settings) => settings.Ssh is not null;

    public MachineCredentials CreateCredentials(Communicator settings) => new()
    {
        User = settings.Ssh!.User,
        PrivateKey = "private",
        PublicKey = PublicKey,
        HostPrivateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nhost\n-----END OPENSSH PRIVATE KEY-----\n",
        HostPublicKey = PublicKey,
    };

    public Task<ICommunicator> ConnectAsync(ConnectRequest request, CancellationToken cancellationToken) =>
        process.TalkAsync<ICommunicator>("connect", async () =>
        {
            await wait(request.Machine, cancellationToken);
            return new Session(process, run, line => hear?.Invoke(request.Machine, line) ?? Task.CompletedTask);
        });

    private sealed class Session(Process process, Func<string, int> run, Func<string, Task> hear) : ICommunicator
    {
        public Task<CommandResult> ExecuteAsync(RemoteCommand command, Action<OutputStream, string> output, CancellationToken cancellationToken) =>
            process.CallAsync($"execute {command.CommandLine}", async () =>
            {
                await hear(command.CommandLine);
                return new CommandResult(run(command.CommandLine));
            });

        public Task UploadAsync(FileTransfer transfer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DownloadAsync(FileTransfer transfer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
