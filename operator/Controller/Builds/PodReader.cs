using System.Globalization;
using ImageOperator.Api.Protocol;
using k8s.Models;

namespace ImageOperator.Controller.Builds;

/// <summary>Reads a pod for a decision.</summary>
internal static class PodReader
{
    public static PodObservation Read(V1Pod pod)
    {
        var labels = pod.Metadata.Labels ?? new Dictionary<string, string>();
        var status = pod.Status;
        var scheduled = status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        var container = status?.ContainerStatuses?.FirstOrDefault();
        var ended = container?.State?.Terminated ?? container?.LastState?.Terminated;
        var unschedulable = scheduled is { Status: "False", Reason: "Unschedulable" };
        return new()
        {
            Name = pod.Metadata.Name,
            Uid = pod.Metadata.Uid,
            Target = labels.TryGetValue(Labels.Target, out var target) ? target : "",
            Attempt = labels.TryGetValue(Labels.Attempt, out var attempt) && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number) ? number : 0,
            Sweeper = labels.TryGetValue(Labels.Role, out var role) && role == Labels.SweeperRole,
            Life = status?.Phase switch { "Succeeded" or "Failed" => PodLife.Ended, "Running" or "Unknown" => PodLife.Running, _ => PodLife.Pending },
            CreatedAt = Time(pod.Metadata.CreationTimestamp) ?? DateTimeOffset.MinValue,
            ScheduledAt = scheduled is { Status: "True" } ? Time(scheduled.LastTransitionTime) : null,
            StartedAt = Time(container?.State?.Running?.StartedAt ?? ended?.StartedAt),
            EndedAt = Time(ended?.FinishedAt),
            DeletionDue = Time(pod.Metadata.DeletionTimestamp),
            ExitCode = ended?.ExitCode,
            Unschedulable = unschedulable,
            Detail = unschedulable ? scheduled!.Message : Why(status, container?.State?.Waiting, ended),
        };
    }

    private static string? Why(V1PodStatus? status, V1ContainerStateWaiting? waiting, V1ContainerStateTerminated? ended)
    {
        // Evicted, NodeLost: the pod's own reason says more than its container's.
        if (status?.Reason is { Length: > 0 } reason) return Joined(reason, status.Message);
        if (ended is not null) return Joined(ended.Reason is "Error" or "Completed" or null ? $"exit code {ended.ExitCode}" : $"{ended.Reason}, exit code {ended.ExitCode}", ended.Message);
        return waiting?.Reason is null or "ContainerCreating" or "PodInitializing" && waiting?.Message is null ? null : Joined(waiting!.Reason, waiting.Message);
    }

    private static string Joined(string? reason, string? message) => string.IsNullOrEmpty(message) ? reason ?? "" : $"{reason}: {message.Trim()}";

    private static DateTimeOffset? Time(DateTime? time) => time is { } t ? new DateTimeOffset(t.ToUniversalTime()) : null;
}
