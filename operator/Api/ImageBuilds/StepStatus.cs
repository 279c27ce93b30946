using System.Text.Json.Serialization;
using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>A provisioner's run.</summary>
public sealed record StepStatus
{
    /// <summary>The step's name.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of step: shell, file, ansible and so on.</summary>
    public required string Kind { get; init; }

    /// <summary>How it stands.</summary>
    public required StepState State { get; init; }

    /// <summary>When its first try started.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>How long all tries took.</summary>
    public Duration? Duration { get; init; }

    /// <summary>How many tries there were.</summary>
    public int? Tries { get; init; }

    /// <summary>The exit code of the last try, for commands.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why it failed, or was skipped.</summary>
    public string? Message { get; init; }

    /// <summary>What it found, for kinds that tell it: goss, openscap, lynis, ansible, chef, puppet, salt.</summary>
    public StepReport? Report { get; init; }
}

/// <summary>How a step stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepState>))]
public enum StepState
{
    /// <summary>It is being run.</summary>
    Running,

    /// <summary>It did its work.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was not for this target.</summary>
    Skipped,
}
