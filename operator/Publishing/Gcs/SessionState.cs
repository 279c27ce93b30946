namespace ImageOperator.Publishing.Gcs;

/// <summary>How a resumable upload stands.</summary>
/// <param name="Kind">What the storage says of it.</param>
/// <param name="Offset">How much it has, while it goes on.</param>
internal readonly record struct SessionState(SessionKind Kind, long Offset = 0);

internal enum SessionKind
{
    /// <summary>The storage waits for more.</summary>
    Open,

    /// <summary>The object is made.</summary>
    Complete,

    /// <summary>There is no such upload any more.</summary>
    Lost,

    /// <summary>Another generation stands under the name than when the upload began.</summary>
    Changed,
}
