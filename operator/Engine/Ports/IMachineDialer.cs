namespace ImageOperator.Engine.Ports;

/// <summary>Makes connections to a machine whose endpoint is not reached by TCP from here: through a tunnel that its platform has.</summary>
public interface IMachineDialer
{
    /// <summary>How long to wait before another try: connections through a tunnel cost calls to the platform, and are made one at a time.</summary>
    TimeSpan Pause { get; }

    /// <summary>Makes a connection to the machine's endpoint, or tells at once why there is none yet.</summary>
    /// <returns>The connection, the caller's from here on. It ends with an error when the tunnel breaks for good.</returns>
    /// <exception cref="Failures.ConnectionException">There is none; whether another try may have one is told by it.</exception>
    Task<Stream> DialAsync(CancellationToken cancellationToken);
}
