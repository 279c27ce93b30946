namespace ImageOperator.Runtime.Leadership;

/// <summary>Whether this process leads.</summary>
public interface ILeadership
{
    /// <summary>True while the lease is held.</summary>
    bool IsLeader { get; }

    /// <summary>Cancelled when leadership is lost or given up; never cancelled before it was won. Of the present term, or of the last: the next one has another.</summary>
    CancellationToken Lost { get; }

    /// <summary>Completes when the lease is won.</summary>
    Task WaitUntilLeaderAsync(CancellationToken cancellationToken);
}
