using ImageOperator.Api.Platforms;
using ImageOperator.Runtime.Conditions;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.Controller.Platforms;

/// <summary>A platform that a target refers to, as it is now.</summary>
/// <param name="Reference">How the target names it.</param>
/// <param name="Platform">The platform; null if there is none.</param>
/// <param name="Allowed">The build's namespace may use it.</param>
internal sealed record PlatformObservation(PlatformReference Reference, IPlatformObject? Platform, bool Allowed)
{
    /// <summary>A probe of this very spec says that it can be used.</summary>
    public bool IsReady =>
        Platform?.Status is { Conditions: { } conditions } status
        && status.ObservedGeneration == Platform.Metadata.Generation && conditions.IsTrue(Types.Ready);

    public string? WhyNotReady => Platform?.Status?.Conditions?.Find(Types.Ready)?.Message;
}
