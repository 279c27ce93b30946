using System.Text.Json.Serialization;
using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Holds the build, with its machine running, until someone says how to go on, or its time is over.</summary>
public sealed record BreakpointProvisioner : IChecked
{
    /// <summary>What to look at: shown in status.</summary>
    [Bounds(Min = 1, Max = 512)]
    public string? Message { get; init; }

    /// <summary>How long it holds.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration HoldFor { get; init; } = Duration.FromMinutes(60);

    /// <summary>What happens when its time is over.</summary>
    public BreakpointEnd OnTimeout { get; init; } = BreakpointEnd.Continue;

    void IChecked.Check(ErrorList errors, string path) => DurationRules.Positive(errors, HoldFor, $"{path}.holdFor");
}

/// <summary>How a breakpoint ends that nobody released.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BreakpointEnd>))]
public enum BreakpointEnd
{
    /// <summary>The build goes on.</summary>
    Continue,

    /// <summary>The build fails.</summary>
    Fail,
}
