using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Cleanup;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Inputs;
using ImageOperator.Engine.Journal;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Publishing;
using ImageOperator.Engine.Stages;
using ImageOperator.Engine.Steps;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Engine.Builds;

/// <summary>The stages of a build on one screen. What it leaves behind is in the ledger, and is removed by whoever runs it.</summary>
internal sealed class BuildFlow(
    BuildPlan plan, BuildServices services, TargetRecord record, Ledger ledger, Expressions expressions, PublishingPlatform platform, StageRun stages, Cleaner cleaner,
    InputNotes inputs, Deadline deadline)
{
    private static readonly TimeSpan OnFailureBudget = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PowerOffBudget = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PreparationBudget = TimeSpan.FromMinutes(20);

    private readonly StepRunner _steps = new(services.Observer, plan.Masker, services.Time);

    /// <summary>The image, as soon as there is one: a process that must go keeps it for the next attempt.</summary>
    public CapturedImage? Captured { get; private set; }

    /// <summary>Whether an image may be in the making: then nothing is removed that it may need.</summary>
    public bool Capturing { get; private set; }

    public async Task<FlowEnd> RunAsync(bool resuming, CancellationToken cancellationToken)
    {
        var image = resuming ? await ResumeAsync(cancellationToken).ConfigureAwait(false) : null;
        // Whoever only distributes what is captured and tested needs no files.
        var fetched = record.Current.Stage is null or < BuildStage.Tested ? await PrepareWorkspaceAsync(image, cancellationToken).ConfigureAwait(false) : [];
        var workspace = new WorkspaceInputs(plan, fetched);
        if (image is null)
        {
            if (await DecideAsync(workspace, cancellationToken).ConfigureAwait(false) is { } end) return end;
            image = await BuildImageAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (record.Current.Source is { } source) expressions.SetSource(source);

        Captured = image;
        if (record.Current.Stage is null or < BuildStage.Tested) await TestAsync(image, cancellationToken).ConfigureAwait(false);
        inputs.DropIfChanged(workspace, cancellationToken);
        IReadOnlyList<Artifact> published = platform.Publication is not { } publication ? []
            : await stages.RunAsync(BuildStage.Published, () => PublishAsync(publication, image, cancellationToken), cancellationToken).ConfigureAwait(false);
        var own = await stages.RunAsync(BuildStage.Distributed, () => DistributeAsync(image, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new(TargetPhase.Succeeded, [.. own, .. published]);
    }

    private Task<IReadOnlyList<WorkspaceStatus>> PrepareWorkspaceAsync(CapturedImage? image, CancellationToken cancellationToken) => services.Workspace is not { } workspace
        ? Task.FromResult<IReadOnlyList<WorkspaceStatus>>([])
        : stages.TranslateAsync(image is null ? BuildStage.SourceResolved : BuildStage.Tested, () => workspace.PrepareAsync(services.Observer, cancellationToken), cancellationToken);

    /// <summary>Whether there is anything to build.</summary>
    /// <returns>The end, if there is not.</returns>
    private async Task<FlowEnd?> DecideAsync(WorkspaceInputs workspace, CancellationToken cancellationToken)
    {
        var judge = new Judge(plan, platform, workspace, expressions, services.Observer);
        var verdict = await stages.TranslateAsync(BuildStage.SourceResolved, () => judge.JudgeAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        inputs.Note(verdict);
        if (plan.PlanOnly) return new(TargetPhase.Planned, []);
        return verdict.Result is { } result ? new(TargetPhase.UpToDate, result.Artifacts) : null;
    }

    /// <summary>All is uploaded before anything is seen, and the target's own output is the last: it is there on the same volume already.</summary>
    private async Task<IReadOnlyList<Artifact>> PublishAsync(IPublication publication, CapturedImage image, CancellationToken cancellationToken)
    {
        // That the tests passed stands fast before anyone can see the image.
        await ledger.CheckFenceAsync(cancellationToken).ConfigureAwait(false);
        var disk = platform.FileOf(image)
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, $"targets[{plan.Identity.Target}].publish: the target's image is no file");
        var (source, digest) = (record.Current.Source, record.Current.InputsDigest);
        await publication.UploadAsync(
            new(disk, image.Digest, source, digest, (format, compress, path, token) => platform.ConvertAsync(image, format, compress, path, token)), cancellationToken).ConfigureAwait(false);
        await ledger.CheckFenceAsync(cancellationToken).ConfigureAwait(false);
        return await publication.ReleaseAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        // That the tests passed stands fast before anyone can see the image: it is not tested again once it is out.
        await ledger.CheckFenceAsync(cancellationToken).ConfigureAwait(false);
        await cleaner.RemoveAsync(e => e.Temporary && !image.Needs(e), cancellationToken).ConfigureAwait(false);
        // The cloud's copies take their time, and what was tested is worth more than that.
        if (platform.DistributesByItself) deadline.Hold();
        return await platform.DistributeAsync(image, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with the image of an earlier attempt, or removes what that attempt left.</summary>
    private async Task<CapturedImage?> ResumeAsync(CancellationToken cancellationToken)
    {
        Capturing = true;
        deadline.Hold();
        var image = await stages.TranslateAsync(
            BuildStage.Captured, () => platform.ResumeCaptureAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        if (image is not null && ledger.Find(image.LedgerKey)?.State == LedgerState.Removing) image = null;
        Captured = image;
        Capturing = false;
        deadline.Release(image is not null);
        var left = await cleaner.RemoveAsync(e => image is null || (e.Temporary && !image.Needs(e)), cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (image is null)
        {
            // A create would find the old machine again, and provision it a second time.
            if (left.Count > 0) throw new PlatformException(FailureKind.Retryable, Reasons.MachineFailed, $"what an earlier attempt made cannot be removed: {string.Join("; ", left)}");
            record.Post(s => s with { Stage = BuildStage.Pending, Stages = null, Steps = null, Tests = null, Machine = null, Source = null });
            inputs.Forget();
        }
        else if (record.Current.Stage is null or < BuildStage.Captured)
        {
            record.Post(s => s with { Stage = BuildStage.Captured });
        }

        services.Observer.Observe(new BuildEvent.Message(
            MessageLevel.Info, image is null ? "starting anew: the earlier attempt captured no image" : $"going on with the captured image {image.Id}"));
        return image;
    }

    private async Task<CapturedImage> BuildImageAsync(CancellationToken cancellationToken)
    {
        var source = await stages.RunAsync(BuildStage.SourceResolved, () => platform.ResolveSourceAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        inputs.DropIfMoved(source);
        expressions.SetSource(source);
        record.Post(s => s with { Source = source });

        await using var lease = await StartAsync(MachineRequestStages.Own(stages, cancellationToken), MachinePurpose.Build, null, cancellationToken).ConfigureAwait(false);
        await stages.RunAsync(BuildStage.Provisioned, () => ProvisionAsync(lease, cancellationToken), cancellationToken).ConfigureAwait(false);
        return await stages.RunAsync(BuildStage.Captured, () => CaptureAsync(lease, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task<MachineLease> StartAsync(MachineRequestStages at, MachinePurpose purpose, CapturedImage? image, CancellationToken cancellationToken)
    {
        var settings = expressions.Expand(plan.Template.Communicator);
        var communicators = services.Communicators.FirstOrDefault(c => c.Supports(settings))
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, "communicator has a kind that this builder does not know");
        var credentials = communicators.CreateCredentials(settings);
        var machine = await at.Create(() => platform.CreateMachineAsync(new(purpose, credentials, image), cancellationToken)).ConfigureAwait(false);
        expressions.SetMachine(machine);
        var login = machine.User is { } user ? credentials with { User = user } : credentials;
        var lease = new MachineLease(machine, services.Observer, services.Time);
        try
        {
            record.Post(s => s with { Machine = machine.Status, Progress = new() { Message = $"waiting for the {purpose.ToString().ToLowerInvariant()} machine to answer" } });
            await at.Connect(() => WithConsoleAsync(at.Stage, lease, async () =>
            {
                lease.Communicator = await Work.WaitAsync("connect", () => lease.WhileAliveAsync(
                    token => communicators.ConnectAsync(new(settings, machine, login, services.Observer), token), cancellationToken)).ConfigureAwait(false);
                return machine;
            })).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<int> ProvisionAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        var provisioning = new Provisioning(plan, services, expressions, record, _steps);
        try
        {
            return await WithConsoleAsync(BuildStage.Provisioned, lease, async () =>
            {
                await provisioning.RunAsync(lease, cancellationToken).ConfigureAwait(false);
                return 0;
            }).ConfigureAwait(false);
        }
        catch (StageFailedException) when (plan.Template.OnFailure.Count > 0 && !lease.Machine.Ended.IsCompleted)
        {
            await RunOnFailureAsync(provisioning, lease, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunOnFailureAsync(Provisioning provisioning, MachineLease lease, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(OnFailureBudget, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            await provisioning.RunOnFailureAsync(lease, linked.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not FencedException)
        {
            // The first error is the one that counts.
            services.Observer.Observe(new BuildEvent.Message(MessageLevel.Error, $"onFailure steps ended early: {e.Message}"));
        }
    }

    private async Task<CapturedImage> CaptureAsync(MachineLease lease, CancellationToken cancellationToken)
    {
        if (lease.Machine.ShutdownCommand is { } command) await PowerOffAsync(lease, command, cancellationToken).ConfigureAwait(false);
        await lease.HangUpAsync().ConfigureAwait(false);
        Capturing = true;
        deadline.Hold();
        var image = await platform.CaptureAsync(lease.Machine, cancellationToken).ConfigureAwait(false);
        Captured = image;
        Capturing = false;
        deadline.Release(captured: true);
        await cleaner.RemoveAsync(e => e.Temporary && !image.Needs(e), cancellationToken).ConfigureAwait(false);
        return image;
    }

    /// <summary>Asks the guest; the platform waits for it, and knows other ways. What the image itself needs must succeed.</summary>
    private async Task PowerOffAsync(MachineLease lease, string command, CancellationToken cancellationToken)
    {
        var must = lease.Machine.ShutdownCommandMustSucceed;
        var tail = new OutputTail();
        using var budget = new CancellationTokenSource(must ? PreparationBudget : PowerOffBudget, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            var result = await lease.WhileAliveAsync(
                token => lease.Session.ExecuteAsync(new() { CommandLine = command }, (_, line) => tail.Add(line), token), linked.Token).ConfigureAwait(false);
            if (must && result.ExitCode != 0) throw Unprepared($"ended with exit code {result.ExitCode}");
        }
        catch (Exception e) when (e is ConnectionException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The session breaks as the guest goes down: that is the point, unless there is more to it.
            if (must) throw Unprepared(e is ConnectionException ? $"broke its session: {e.Message}" : $"took longer than {PreparationBudget.TotalMinutes:0} minutes");
        }

        PlatformException Unprepared(string how) => new(
            FailureKind.Terminal, Reasons.CaptureFailed, plan.Masker.Apply($"what prepares the machine for its capture {how}{(tail.Text is { } said ? $": {said}" : "")}"), plan.Masker.Apply($"it was: {command}"));
    }

    private async Task TestAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        var testing = new Testing(plan, services, expressions, record, _steps);
        await stages.RunAsync(BuildStage.Tested, async () =>
        {
            var chosen = testing.Choose();
            if (chosen.Count == 0) return 0;
            await using var lease = await StartAsync(MachineRequestStages.Within(BuildStage.Tested), MachinePurpose.Test, image, cancellationToken).ConfigureAwait(false);
            return await WithConsoleAsync(BuildStage.Tested, lease, async () =>
            {
                await testing.RunAsync(chosen, lease, cancellationToken).ConfigureAwait(false);
                return 0;
            }).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the console's tail to a failure at the machine.</summary>
    private async Task<T> WithConsoleAsync<T>(BuildStage stage, MachineLease lease, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StageFailedException or ConnectionException)
        {
            var failure = e is StageFailedException failed ? failed.Failure : FailureTranslation.Translate(e, stage);
            var console = plan.Masker.Apply(await lease.ReadConsoleTailAsync(30).ConfigureAwait(false));
            var found = failure.Diagnosis ?? await lease.ExamineAsync().ConfigureAwait(false);
            throw new StageFailedException(failure with { ConsoleTail = console.Length > 0 ? Bounded(console) : null, Diagnosis = found.Count > 0 ? found : null }, e);
        }
    }

    /// <summary>Whether starting a machine is two stages of its own, or part of another.</summary>
    private sealed record MachineRequestStages(
        BuildStage Stage, Func<Func<Task<IMachine>>, Task<IMachine>> Create, Func<Func<Task<IMachine>>, Task<IMachine>> Connect)
    {
        public static MachineRequestStages Own(StageRun stages, CancellationToken cancellationToken) => new(
            BuildStage.Connected,
            work => stages.RunAsync(BuildStage.MachineCreated, work, cancellationToken),
            work => stages.RunAsync(BuildStage.Connected, work, cancellationToken));

        public static MachineRequestStages Within(BuildStage stage) => new(stage, work => work(), work => work());
    }

    private static string Bounded(string console) => console.Length <= 4096 ? console : console[^4096..];
}
