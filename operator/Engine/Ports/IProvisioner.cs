using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Engine.Ports;

/// <summary>One step on a machine.</summary>
public interface IProvisioner
{
    /// <summary>
    /// Runs the step once. When it throws, for cancellation too, nothing that it started runs on, neither here nor on the machine. It is
    /// never continued in another process: a build whose process dies before the capture starts anew on a new machine.
    /// </summary>
    /// <returns>The exit code, for commands.</returns>
    /// <exception cref="Failures.StepException">The step failed.</exception>
    Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken);
}

/// <summary>What a provisioner works with.</summary>
/// <param name="Communicator">The session to the machine.</param>
/// <param name="Folders">The build's folders.</param>
/// <param name="Output">Takes what the step prints, line by line.</param>
public sealed record ProvisionContext(ICommunicator Communicator, BuildFolders Folders, Action<OutputStream, string> Output)
{
    /// <summary>The step's name.</summary>
    public string Step { get; init; } = "step";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Says in few words what goes on, for status.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Takes what the step found.</summary>
    public Action<StepReport> Report { get; init; } = _ => { };

    /// <summary>What someone has said about this step as a breakpoint.</summary>
    public Func<CancellationToken, Task<ResumeOrder>> GetResumeOrderAsync { get; init; } = _ => Task.FromResult(ResumeOrder.Hold);

    /// <summary>How one says to go on at this step, for people.</summary>
    public string HowToResume { get; init; } = "";
}
