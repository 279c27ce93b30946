using System.Text.Json.Serialization;
using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>The result of a test on the captured image.</summary>
public sealed record TestResult
{
    /// <summary>The test's name.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended.</summary>
    public required TestState State { get; init; }

    /// <summary>How long it took.</summary>
    public Duration? Duration { get; init; }

    /// <summary>The exit code, for commands.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The end of what it printed.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Message { get; init; }

    /// <summary>What it found, for kinds that tell it.</summary>
    public StepReport? Report { get; init; }
}

/// <summary>How a test ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TestState>))]
public enum TestState
{
    /// <summary>The image is as it should be.</summary>
    Passed,

    /// <summary>The image is not as it should be.</summary>
    Failed,

    /// <summary>It was not run: not for this target, or an earlier test failed to connect.</summary>
    Skipped,
}
