namespace ImageOperator.Publishing.AzureBlob;

/// <summary>What kind of blob a file becomes.</summary>
internal interface IBlobForm
{
    /// <summary>The blob beside its place that the content is collected in; null where the name itself does.</summary>
    string? Staging { get; }

    /// <summary>Sends what the storage does not have yet. Nothing is seen under the name.</summary>
    Task PutAsync(CancellationToken cancellationToken);

    /// <summary>Makes the blob, if there is still before what was found; null: still nothing.</summary>
    Task<CommitResult> CommitAsync(AzureObject? before, CancellationToken cancellationToken);

    /// <summary>Compares what the storage says of the blob's content with what was to be sent.</summary>
    /// <exception cref="Engine.Failures.PlatformException">It is something else.</exception>
    Task VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>How a commit ended.</summary>
internal enum CommitResult
{
    Done,

    /// <summary>Something else stands under the name now.</summary>
    Changed,

    /// <summary>What was sent is gone: another's commit took it away.</summary>
    Lost,
}
