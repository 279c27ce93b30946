namespace ImageOperator.Engine.Ports;

/// <summary>Keys made for one machine; they live in this process's memory and in the machine's seed only.</summary>
public sealed record MachineCredentials
{
    /// <summary>The user to log in as.</summary>
    public required string User { get; init; }

    /// <summary>The private key to log in with, in OpenSSH's PEM form. Secret.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>The public key to accept, a line of authorized_keys.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The machine's host key, in OpenSSH's PEM form. Secret.</summary>
    public required string HostPrivateKey { get; init; }

    /// <summary>The machine's public host key, <c>ssh-ed25519 AAAA…</c>: the only one that the communicator accepts.</summary>
    public required string HostPublicKey { get; init; }

    /// <summary>Says nothing: records print their members, and two of them are secret.</summary>
    public override string ToString() => $"credentials of {User}";
}
