using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>A machine whose server listens on a loopback port.</summary>
internal sealed class FakeMachine(int port, string host = "127.0.0.1") : IMachine
{
    private readonly TaskCompletionSource<string> _ended = new();

    public MachineStatus Status { get; } = new() { Id = "fake" };

    public MachineEndpoint Endpoint { get; } = new(host, port);

    public string? Password { get; init; }

    public Task<string> Ended => _ended.Task;

    public void End(string cause) => _ended.TrySetResult(cause);

    public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult("");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
