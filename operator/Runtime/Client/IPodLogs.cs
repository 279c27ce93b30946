namespace ImageOperator.Runtime.Client;

/// <summary>Reads what containers printed.</summary>
public interface IPodLogs
{
    /// <summary>The lines of a pod's only container. Every failure is an <see cref="ApiException"/>.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="follow">Goes on until the container ends; else ends with what is there.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<string> ReadAsync(ObjectKey pod, bool follow, CancellationToken cancellationToken);
}
