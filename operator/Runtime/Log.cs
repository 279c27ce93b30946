using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Listed {Count} {Kind} at {ResourceVersion}")]
    public static partial void InformerListed(ILogger logger, string kind, int count, string resourceVersion);

    [LoggerMessage(2, LogLevel.Information, "Watch of {Kind} expired at {ResourceVersion}: listing again")]
    public static partial void InformerExpired(ILogger logger, string kind, string? resourceVersion);

    [LoggerMessage(3, LogLevel.Warning, "Informer of {Kind} at {ResourceVersion} failed, will try again: {Problem}")]
    public static partial void InformerFailed(ILogger logger, string kind, string? resourceVersion, string problem);

    [LoggerMessage(4, LogLevel.Error, "A handler of {Kind} failed")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string kind);

    [LoggerMessage(5, LogLevel.Error, "Informer of {Kind} faulted: listing again")]
    public static partial void InformerFaulted(ILogger logger, Exception exception, string kind);

    [LoggerMessage(10, LogLevel.Information, "Controller {Controller} starts with {Workers} workers")]
    public static partial void ControllerStarts(ILogger logger, string controller, int workers);

    [LoggerMessage(11, LogLevel.Debug, "Reconciled {Controller} {Key}: {Outcome}")]
    public static partial void Reconciled(ILogger logger, string controller, ObjectKey key, string outcome);

    [LoggerMessage(12, LogLevel.Error, "Reconcile of {Controller} {Key} failed {Failures} times, again in {Delay}")]
    public static partial void ReconcileFailed(ILogger logger, Exception exception, string controller, ObjectKey key, int failures, TimeSpan delay);

    [LoggerMessage(13, LogLevel.Debug, "Reconcile of {Controller} {Key} met a newer state, again in {Delay}: {Problem}")]
    public static partial void ReconcileConflicted(ILogger logger, string controller, ObjectKey key, TimeSpan delay, string problem);

    [LoggerMessage(14, LogLevel.Information, "{Controller} {Key} is stalled: {Reason}")]
    public static partial void Stalled(ILogger logger, string controller, ObjectKey key, string? reason);

    [LoggerMessage(15, LogLevel.Warning, "Controller {Controller} did not drain in {Limit}: cancelling what runs")]
    public static partial void DrainTimedOut(ILogger logger, string controller, TimeSpan limit);

    [LoggerMessage(16, LogLevel.Error, "Controller {Controller} has reconciles that ignore cancellation: leaving them")]
    public static partial void CancellationIgnored(ILogger logger, string controller);

    [LoggerMessage(17, LogLevel.Warning, "Reconcile of {Controller} {Key} was hindered {Failures} times, again in {Delay}: {Problem}")]
    public static partial void ReconcileHindered(ILogger logger, string controller, ObjectKey key, int failures, TimeSpan delay, string problem);

    [LoggerMessage(20, LogLevel.Warning, "Event {Reason} on {Regarding} was not recorded: {Problem}")]
    public static partial void EventNotRecorded(ILogger logger, string reason, ObjectKey regarding, string problem);

    [LoggerMessage(30, LogLevel.Information, "{Identity} leads")]
    public static partial void Leads(ILogger logger, string identity);

    [LoggerMessage(31, LogLevel.Information, "{Holder} leads; {Identity} stands by")]
    public static partial void StandsBy(ILogger logger, string holder, string identity);

    [LoggerMessage(32, LogLevel.Warning, "Lease {Lease} could not be reached: {Problem}")]
    public static partial void LeaseFailed(ILogger logger, ObjectKey lease, string problem);

    [LoggerMessage(33, LogLevel.Error, "{Identity} lost the lease {Lease}")]
    public static partial void LeaseLost(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(34, LogLevel.Information, "{Identity} gave the lease {Lease} back")]
    public static partial void LeaseReleased(ILogger logger, string identity, ObjectKey lease);

    [LoggerMessage(40, LogLevel.Information, "Caches are in sync")]
    public static partial void CachesSynced(ILogger logger);

    [LoggerMessage(42, LogLevel.Warning, "The controllers are stopped: {Reason}. Standing for election again")]
    public static partial void StandsDown(ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Critical, "The runtime ends: {Reason}")]
    public static partial void RuntimeFails(ILogger logger, Exception? exception, string reason);
}
