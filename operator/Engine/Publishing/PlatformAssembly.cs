using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Publishing;

/// <summary>Puts together a target's platform and its publication.</summary>
internal static class PlatformAssembly
{
    /// <param name="plan">The plan.</param>
    /// <param name="services">What the engine runs with.</param>
    /// <param name="target">The target, expanded.</param>
    /// <param name="communicator">The communicator, expanded.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="startTime">When the first attempt began.</param>
    /// <param name="observer">Is told what goes on.</param>
    public static PublishingPlatform Create(
        BuildPlan plan, BuildServices services, Target target, Communicator communicator, ILedger ledger, DateTimeOffset startTime, IBuildObserver observer)
    {
        var factory = services.Platforms.FirstOrDefault(p => p.Supports(target))
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, $"targets[{target.Name}] has a platform that this builder does not know");
        var publication = target.Publish.Count == 0 ? null : services.Publications?.Create(new()
        {
            Identity = plan.Identity,
            Target = target,
            StartTime = startTime,
            Ledger = ledger,
            Folders = plan.Folders,
            Observer = observer,
            Time = services.Time,
        }) ?? throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, $"targets[{target.Name}].publish: this builder cannot publish");
        return new(
            factory.Create(new()
            {
                Identity = plan.Identity,
                Target = target,
                Platform = plan.Platform,
                Communicator = communicator,
                Ledger = ledger,
                Folders = plan.Folders,
                Volumes = plan.Volumes,
                Observer = observer,
                Time = services.Time,
            }),
            publication);
    }
}
