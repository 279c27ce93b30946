using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Journal;
using ImageOperator.Builder.Logging;
using ImageOperator.Builder.Pod;
using ImageOperator.Builder.Tracing;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Sweep;

/// <summary><c>image-builder sweep</c>: removes what a target's builders left.</summary>
internal sealed class SweepCommand(PodOptions options, TimeProvider time)
{
    public async Task<BuilderExitCode> RunAsync(CancellationToken stopping)
    {
        using var tracing = BuilderTracing.Start(options);
        using var client = new BuildClient(options);
        if (await TakeOver.RunAsync(client, options.Target, stopping).ConfigureAwait(false) is not var (build, attempt))
        {
            Observer(0).Observe(new BuildEvent.Message(MessageLevel.Warning, "the ImageBuild is gone: nothing tells what to sweep"));
            return BuilderExitCode.Fenced;
        }

        var observer = Observer(attempt);
        try
        {
            var journal = new StatusJournal(client, Identity(attempt), observer, time);
            var plan = PodPlan.Create(options, build, attempt, sweeping: true);
            tracing.Mask(plan.Masker);
            var left = await new Engine.Cleanup.Sweep(plan, Composition.Create(journal, observer, time) with { Publications = PodPublications.Create(options) }).RunAsync(stopping).ConfigureAwait(false);
            foreach (var line in left) observer.Observe(new BuildEvent.Message(MessageLevel.Error, $"left: {line}"));
            return left.Count == 0 ? BuilderExitCode.Success : BuilderExitCode.Failed;
        }
        catch (FencedException e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, e.Message));
            return BuilderExitCode.Fenced;
        }
    }

    private BuildIdentity Identity(int attempt) => new(options.Uid, options.Namespace, options.Build, options.Target, attempt);

    private JsonLinesObserver Observer(int attempt) => new(Identity(attempt), Console.OpenStandardOutput(), time, options.Trace);
}
