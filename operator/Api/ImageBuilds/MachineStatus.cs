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
}
