using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Journal;
using ImageOperator.Builder.Logging;
using ImageOperator.Builder.Pod;
using ImageOperator.Builder.Tracing;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Workspaces;
using k8s.Autorest;

namespace ImageOperator.Builder.Run;

/// <summary><c>image-builder run</c>: one attempt at one target of a build.</summary>
internal sealed class RunCommand(PodOptions options, int attempt, TimeProvider time)
{
    public async Task<BuilderExitCode> RunAsync(CancellationToken stopping)
    {
        var identity = new BuildIdentity(options.Uid, options.Namespace, options.Build, options.Target, attempt);
        using var tracing = BuilderTracing.Start(options);
        using var stored = options.KeptLogKiB > 0 ? new StoredLog(options.KeptLogKiB << 10) : null;
        var observer = new JsonLinesObserver(identity, Console.OpenStandardOutput(), time, options.Trace, stored);
        using var client = new BuildClient(options);
        var journal = new StatusJournal(client, identity, observer, time);
        var cache = new CacheUpkeep(options, observer, time);
        try
        {
            var build = await journal.GetBuildAsync(stopping).ConfigureAwait(false);
            var plan = PodPlan.Create(options, build, attempt);
            if (PodPlan.LogFile(options, build, attempt) is { } file) stored?.StoreIn(file);
            tracing.Mask(plan.Masker);
            cache.Run();
            var workspace = new WorkspaceFetcher(PodWorkspace.Request(options, plan), new StatusPins(journal), time);
            var outcome = await new BuildRunner(plan, Composition.Create(journal, observer, time, new MountedSecrets(options.Secrets)) with { Workspace = workspace, Publications = PodPublications.Create(options) }).RunAsync(stopping).ConfigureAwait(false);
            cache.Run();
            return outcome switch
            {
                { Succeeded: true } => BuilderExitCode.Success,
                { Interrupted: true } => BuilderExitCode.Cancelled,
                { Status.Phase: Api.ImageBuilds.TargetPhase.Cancelled } => BuilderExitCode.Cancelled,
                _ => BuilderExitCode.Failed,
            };
        }
        catch (FencedException e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{e.Message}: this one stops"));
            return BuilderExitCode.Fenced;
        }
        catch (JournalUnavailableException e)
        {
            observer.Observe(new BuildEvent.Message(MessageLevel.Error, e.Message));
            return BuilderExitCode.JournalUnavailable;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return BuilderExitCode.Cancelled;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpOperationException)
        {
            // Before the engine runs nothing can stand in status: the operator finds it in the pod's termination message.
            observer.Observe(new BuildEvent.Message(MessageLevel.Error, e.Message));
            TerminationMessage.Write(e.Message);
            return BuilderExitCode.Failed;
        }
        finally
        {
            Tell(stored, observer);
        }
    }

    private void Tell(StoredLog? stored, JsonLinesObserver observer)
    {
        if (stored is null) return;
        if (stored.Complete()) observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"this log is long: all of it is in {KeptLog.FileName(options.Build, options.Target, attempt)}, in the folder of the image"));
        else if (stored.Problem is { } problem) observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"this log is long, and could not be stored with the image: {problem}"));
    }
}
