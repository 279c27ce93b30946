using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>How the build talks to the machine. Exactly one must be set.</summary>
[CelRule("has(self.ssh)", "a communicator is missing: set communicator.ssh", FieldPath = ".ssh")]
public sealed record Communicator
{
    /// <summary>SSH, with a key pair made for the build and a host key injected into the machine and pinned.</summary>
    public SshCommunicator? Ssh { get; init; }
}
