using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Engine.Ports;

/// <summary>Makes sessions to machines. One factory per folder below <c>operator/Communicators</c>.</summary>
public interface ICommunicatorFactory
{
    /// <summary>Whether the settings are this communicator's.</summary>
    bool Supports(Communicator settings);

    /// <summary>Makes the keys of one machine.</summary>
    MachineCredentials CreateCredentials(Communicator settings);

    /// <summary>Connects as soon as the guest answers; tries until the settings' timeout, the machine's end or cancellation.</summary>
    /// <exception cref="Failures.ConnectionException">The timeout passed, or a failure that no further try can mend; names the layer.</exception>
    Task<ICommunicator> ConnectAsync(ConnectRequest request, CancellationToken cancellationToken);
}

/// <summary>Whom to connect to.</summary>
public sealed record ConnectRequest(Communicator Settings, IMachine Machine, MachineCredentials Credentials, Events.IBuildObserver Observer);
