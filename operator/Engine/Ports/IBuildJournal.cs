using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Engine.Ports;

/// <summary>Keeps a target's status: in the ImageBuild (a pod) or in a JSON file (imagectl).</summary>
public interface IBuildJournal
{
    /// <summary>
    /// The status as it stands, null before the first attempt. When it returns, no older attempt can write any more: else its
    /// last word could be lost between a load and the first save.
    /// </summary>
    Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the status; durable when it returns. Transient errors are retried within, as long as the token allows.</summary>
    /// <exception cref="Failures.FencedException">A newer attempt has taken over.</exception>
    Task SaveAsync(TargetStatus status, CancellationToken cancellationToken);

    /// <summary>Why this process was asked to stop.</summary>
    Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken);

    /// <summary>What someone has said about a breakpoint.</summary>
    Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken);

    /// <summary>How one says to go on at a breakpoint, for people.</summary>
    string HowToResume(BuildIdentity build, string step);
}

/// <summary>Why a builder was asked to stop.</summary>
/// <param name="Reason">What kind of stop it is.</param>
/// <param name="Message">For people, where the reason alone does not say it.</param>
public sealed record StopOrder(StopReason Reason, string? Message = null);

/// <summary>The kinds of stops.</summary>
public enum StopReason
{
    /// <summary>The build was cancelled or deleted: it ends here.</summary>
    Cancelled,

    /// <summary>Another target of the build failed, and this one is not wanted without it: it ends here, cancelled.</summary>
    OtherTargetFailed,

    /// <summary>Only this process must go (its node is drained): a later attempt continues.</summary>
    Interrupted,
}
