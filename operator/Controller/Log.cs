using ImageOperator.Runtime;

namespace ImageOperator.Controller;

/// <summary>Everything that the operator logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Pod {Pod} created")]
    public static partial void PodCreated(ILogger logger, ObjectKey pod);

    [LoggerMessage(2, LogLevel.Warning, "Pod {Pod} was refused: {Problem}")]
    public static partial void PodRefused(ILogger logger, string pod, string problem);

    [LoggerMessage(3, LogLevel.Information, "Pod {Pod} is deleted (force: {Force})")]
    public static partial void PodDeleted(ILogger logger, string pod, bool force);

    [LoggerMessage(4, LogLevel.Information, "ImageBuild {Build}: {Reason}: {Note}")]
    public static partial void Reported(ILogger logger, ObjectKey build, string reason, string note);

    [LoggerMessage(5, LogLevel.Information, "ImageBuild {Build} has outlived its ttlAfterFinished and is deleted")]
    public static partial void TimeToLiveOver(ILogger logger, ObjectKey build);

    [LoggerMessage(6, LogLevel.Debug, "ImageBuild {Build} changed meanwhile: deciding again")]
    public static partial void Outrun(ILogger logger, ObjectKey build);

    [LoggerMessage(41, LogLevel.Warning, "ImageBuild {Build} goes without its machine time in the status of {Platform}: {Problem}")]
    public static partial void UsageLost(ILogger logger, ObjectKey build, string platform, string problem);

    [LoggerMessage(42, LogLevel.Warning, "The used machine-hours cannot be written into the status of {Platform}: {Problem}")]
    public static partial void UsageNotTold(ILogger logger, string platform, string problem);

    [LoggerMessage(30, LogLevel.Information, "Log of pod {Pod} is kept in ConfigMap {ConfigMap}: {Lines} lines, {Bytes} bytes compressed, {CutLines} lines left out")]
    public static partial void LogKept(ILogger logger, ObjectKey pod, string configMap, long lines, int bytes, long cutLines);

    [LoggerMessage(31, LogLevel.Warning, "Log of pod {Pod} could not be kept: {Problem}")]
    public static partial void LogLost(ILogger logger, ObjectKey pod, string problem);
}
