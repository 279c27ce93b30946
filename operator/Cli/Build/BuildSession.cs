using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Cli.Build.Display;
using ImageOperator.Cli.Build.Inputs;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Hosting;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Build;

/// <summary>Runs the engine for each target of a build.</summary>
internal sealed class BuildSession(
    SavedBuild build, StateFolder state, SecretMasker masker, IReadOnlyDictionary<string, string> secrets, ISecretSource connection, Comparison earlier,
    TimeProvider time, IBuildDisplay display, IWorkspace? workspace, PublishSecrets publishing)
{
    private const int Attempt = 1;
    private string? failed;

    public async Task<IReadOnlyList<TargetResult>> RunAsync(int parallel, CancellationToken stopping)
    {
        using var slots = new SemaphoreSlim(parallel);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        return await Task.WhenAll(build.Targets.Select(async target =>
        {
            try
            {
                await slots.WaitAsync(failing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new TargetResult(NotStarted(target, stopping));
            }

            try
            {
                // Not on this thread: the next target starts at once.
                var status = await Task.Run(() => RunAsync(target, stopping, failing.Token), CancellationToken.None).ConfigureAwait(false);
                if (status.Phase == TargetPhase.Failed && build.OtherTargets == OtherTargets.Cancel)
                {
                    Interlocked.CompareExchange(ref failed, target, null);
                    await failing.CancelAsync().ConfigureAwait(false);
                }

                return new TargetResult(status);
            }
            finally
            {
                slots.Release();
            }
        })).ConfigureAwait(false);
    }

    private async Task<TargetStatus> RunAsync(string target, CancellationToken stopping, CancellationToken failing)
    {
        try
        {
            var journal = new FileJournal(state.Journal(target), Attempt, () => Order(stopping));
            var runner = new BuildRunner(Plan(target), EngineParts.Services(journal, new TargetObserver(target, display), time, connection) with { Workspace = workspace, Publications = publishing.Publications() });
            return (await runner.RunAsync(failing).ConfigureAwait(false)).Status;
        }
        catch (Exception e) when (e is FencedException or IOException or UnauthorizedAccessException)
        {
            // The journal itself is what failed.
            var failure = new Failure { Stage = BuildStage.Pending, Reason = Reasons.InternalError, Message = masker.Apply(e.Message) };
            return new() { Name = target, Phase = TargetPhase.Failed, Failure = failure, CleanupErrors = [.. Leftovers.Of(state, build, target)] };
        }
        catch (OperationCanceledException) when (failing.IsCancellationRequested)
        {
            return NotStarted(target, stopping);
        }
    }

    private StopOrder Order(CancellationToken stopping) => failed is null || stopping.IsCancellationRequested
        ? new(StopReason.Cancelled)
        : new(StopReason.OtherTargetFailed, FailFast.Message(failed));

    private TargetStatus NotStarted(string target, CancellationToken stopping) => new()
    {
        Name = target,
        Phase = TargetPhase.Cancelled,
        Failure = Order(stopping) is { Reason: StopReason.OtherTargetFailed, Message: { } message }
            ? new() { Stage = BuildStage.SourceResolved, Reason = Reasons.OtherTargetFailed, Message = message }
            : null,
    };

    private BuildPlan Plan(string target)
    {
        var scratch = state.Scratch(target);
        Directory.CreateDirectory(scratch);
        Directory.CreateDirectory(build.Cache);
        return earlier.Apply(new()
        {
            Identity = build.Identity(target, Attempt),
            Template = build.Template,
            Parameters = build.Parameters.Concat(secrets).ToDictionary(StringComparer.Ordinal),
            Masker = masker,
            Folders = new(build.Workspace, scratch, build.Cache, Path.Combine(build.Downloads, target)),
            Volumes = new LocalVolumes(),
        });
    }
}
