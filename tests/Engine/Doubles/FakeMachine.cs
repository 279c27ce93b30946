using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class FakeMachine(World world, Resource resource) : IMachine
{
    public Resource Resource { get; } = resource;

    public Exception? OnDispose { get; init; }

    public MachineStatus Status => new() { Id = Resource.Id, Address = "192.0.2.1" };

    public MachineEndpoint Endpoint => new("192.0.2.1", 22);

    public string? Password => world.Password;

    public string? ShutdownCommand => "poweroff";

    public Task<string> Ended => Resource.Ended.Task;

    public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken)
    {
        world.Fault("console");
        return Task.FromResult(world.Console);
    }

    public ValueTask DisposeAsync() => OnDispose is null ? ValueTask.CompletedTask : throw OnDispose;
}
