namespace ImageOperator.Engine.Ports;

/// <summary>One step on a machine.</summary>
public interface IProvisioner
{
    /// <summary>Runs the step once.</summary>
    /// <returns>The exit code, for commands.</returns>
    /// <exception cref="Failures.StepException">The step failed.</exception>
    Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken);
}

/// <summary>What a provisioner works with.</summary>
/// <param name="Communicator">The session to the machine.</param>
/// <param name="Folders">The build's folders.</param>
/// <param name="Output">Takes what the step prints, line by line.</param>
public sealed record ProvisionContext(ICommunicator Communicator, BuildFolders Folders, Action<OutputStream, string> Output);
