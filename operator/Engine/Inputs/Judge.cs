using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Inputs;

/// <summary>Compares a target's inputs with those of earlier results. It makes nothing, so it may be killed and asked again at any time.</summary>
internal sealed class Judge(BuildPlan plan, IPlatform platform, WorkspaceInputs workspace, Expressions expressions, IBuildObserver observer)
{
    public async Task<Verdict> JudgeAsync(CancellationToken cancellationToken)
    {
        var source = await platform.IdentifySourceAsync(cancellationToken).ConfigureAwait(false);
        InputList inputs;
        try
        {
            inputs = new InputCollector(plan, source, workspace, expressions.Lookups).Collect(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A step that needs the file will say so; one that nobody needs must not stop the build.
            return new(null, $"the inputs cannot be told: {e.Message}", null, null);
        }

        var (found, reason) = await CompareAsync(inputs, cancellationToken).ConfigureAwait(false);
        return plan.Force
            ? new(null, found is null ? $"forced; {reason}" : $"forced; {found.Build} has a result of the same inputs", inputs.Inputs, inputs.Digest)
            : new(found, reason, inputs.Inputs, inputs.Digest);
    }

    private async Task<(EarlierResult? Found, string Reason)> CompareAsync(InputList inputs, CancellationToken cancellationToken)
    {
        var gone = default(string);
        foreach (var earlier in plan.Earlier.Where(e => e.InputsDigest == inputs.Digest))
        {
            if (await FirstMissingAsync(earlier, cancellationToken).ConfigureAwait(false) is not { } missing) return (earlier, $"nothing has changed since {earlier.Build}");
            gone ??= $"the result of {earlier.Build} is not there any more, or is another by now: {missing}";
        }

        if (gone is not null) return (null, gone);
        if (plan.Earlier.FirstOrDefault(e => e.Inputs is not null) is not { } newest) return (null, "there is no earlier result");
        var changes = InputChanges.Describe(newest.Inputs!, inputs.Inputs);
        return (null, $"{(changes.Length > 0 ? changes : "inputs changed")} (since {newest.Build})");
    }

    private async Task<string?> FirstMissingAsync(EarlierResult earlier, CancellationToken cancellationToken)
    {
        if (earlier.Artifacts.Count == 0) return "it has no artifacts";
        foreach (var artifact in earlier.Artifacts)
        {
            try
            {
                if (!await platform.ArtifactExistsAsync(artifact, cancellationToken).ConfigureAwait(false)) return artifact.Id;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // What cannot be looked at is not relied on.
                observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"cannot look at {artifact.Id} of {earlier.Build}, so it is built anew: {e.Message}"));
                return artifact.Id;
            }
        }

        return null;
    }
}
