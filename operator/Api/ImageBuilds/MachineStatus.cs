namespace ImageOperator.Api.ImageBuilds;

/// <summary>The machine of the build.</summary>
public sealed record MachineStatus
{
    /// <summary>The platform's ID of the machine.</summary>
    public required string Id { get; init; }

    /// <summary>Where the communicator reaches it.</summary>
    public string? Address { get; init; }

    /// <summary>How its instructions are run, and why so: "TCG: /dev/kvm is there, but a guest made no progress with it".</summary>
    public string? Accelerator { get; init; }

    /// <summary>Where there was no room for the machine, and the platform's word for it, in the order of the tries: <c>t3.small in subnet-1: InsufficientInstanceCapacity</c>.</summary>
    public IReadOnlyList<string>? Tried { get; init; }
}
