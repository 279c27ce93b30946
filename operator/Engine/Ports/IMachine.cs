using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Ports;

/// <summary>A machine that runs.</summary>
public interface IMachine : IAsyncDisposable
{
    /// <summary>What people read in status.</summary>
    MachineStatus Status { get; }

    /// <summary>Where the communicator's server listens.</summary>
    MachineEndpoint Endpoint { get; }

    /// <summary>
    /// Host keys that the platform itself has told of the machine, as lines <c>ssh-ed25519 AAAA…</c>: the communicator accepts these, too. Empty where the machine has
    /// the host key of its credentials.
    /// </summary>
    IReadOnlyList<string> HostKeys => [];

    /// <summary>Makes the connections to the endpoint, where TCP does not; null: TCP does.</summary>
    IMachineDialer? Dialer => null;

    /// <summary>The password of the guest's administrator, where the platform has it made one: the communicator may log in with it. Secret; null: there is none.</summary>
    string? Password => null;

    /// <summary>The user that the platform has made for the credentials' key; the communicator logs in as it. Null: the credentials' own.</summary>
    string? User => null;

    /// <summary>What the communicator runs to power the guest off before capture; null where the platform needs no help of the guest.</summary>
    string? ShutdownCommand => null;

    /// <summary>The shutdown command does what the image needs: unless its exit code is 0 the build fails.</summary>
    bool ShutdownCommandMustSucceed => false;

    /// <summary>Completes when the machine has ended by itself or was killed, with what is known of the cause.</summary>
    Task<string> Ended { get; }

    /// <summary>
    /// Returns at a cheap sign that the guest's network is up, or after a quiet time where there is no sign: the communicator
    /// then connects. Probing earlier would slow an emulated guest's boot. Never fails.
    /// </summary>
    Task WaitUntilReachableAsync(CancellationToken cancellationToken);

    /// <summary>The end of the serial console, for a diagnosis; empty where there is none.</summary>
    Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken);
}

/// <summary>A host and port.</summary>
public sealed record MachineEndpoint(string Host, int Port);
