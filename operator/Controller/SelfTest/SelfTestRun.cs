using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;
using k8s;
using k8s.Models;

namespace ImageOperator.Controller.SelfTest;

/// <summary>A dry build through everything that was installed: definitions, webhook, operator, its rights, a builder pod, the builder's rights. It leaves nothing.</summary>
internal sealed class SelfTestRun(IClient client, SelfTestOptions options, TimeProvider time, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string name = $"selftest-{Guid.NewGuid():N}"[..20];
    private readonly DateTimeOffset deadline = time.GetUtcNow() + options.Timeout;

    private ObjectKey Key => new(options.Namespace, name);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (options.Webhook) await StepAsync("the admission webhook refuses a wrong template", () => RefusedAsync(cancellationToken)).ConfigureAwait(false);
            await StepAsync("the operator judges a template", () => TemplateAsync(cancellationToken)).ConfigureAwait(false);
            await StepAsync("a builder pod plans a build", () => BuildAsync(cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await client.DeleteIfExistsAsync<ImageBuild>(Key, null, CancellationToken.None).ConfigureAwait(false);
            await client.DeleteIfExistsAsync<ImageTemplate>(Key, null, CancellationToken.None).ConfigureAwait(false);
        }

        await StepAsync("the operator cleans up", async () =>
        {
            await UntilAsync(async () => await client.FindAsync<ImageBuild>(Key, cancellationToken).ConfigureAwait(false) is null, () => "the deleted build is still there", cancellationToken).ConfigureAwait(false);
            return "the build is gone";
        }).ConfigureAwait(false);
    }

    private async Task StepAsync(string what, Func<Task<string>> step)
    {
        var start = time.GetTimestamp();
        var result = await step().ConfigureAwait(false);
        await output.WriteLineAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ok: {what} ({time.GetElapsedTime(start).TotalSeconds:0.0} s): {result}")).ConfigureAwait(false);
    }

    private async Task<string> RefusedAsync(CancellationToken cancellationToken)
    {
        var refusal = "";
        await UntilAsync(
            async () =>
            {
                try
                {
                    await client.CreateAsync(SelfTestObjects.Template(options.Namespace, name, "echo $(params.missing)"), cancellationToken).ConfigureAwait(false);
                }
                catch (ApiException e) when (e.Error is not (ApiError.AlreadyExists or ApiError.Forbidden) && e.Message.Contains("params.missing", StringComparison.Ordinal))
                {
                    refusal = e.Message;
                    return true;
                }

                // Let through: the certificate may not have arrived at every API server yet.
                await client.DeleteIfExistsAsync<ImageTemplate>(Key, null, cancellationToken).ConfigureAwait(false);
                return false;
            },
            () => "a template with an unknown name was let through: see docs/operations.md, \"The admission webhook\"",
            cancellationToken).ConfigureAwait(false);
        return refusal;
    }

    private async Task<string> TemplateAsync(CancellationToken cancellationToken)
    {
        await client.CreateAsync(SelfTestObjects.Template(options.Namespace, name), cancellationToken).ConfigureAwait(false);
        return await EndAsync<ImageTemplate>(t => t.Status?.Conditions, t => Ready(t.Status?.Conditions)?.Status == "True", cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> BuildAsync(CancellationToken cancellationToken)
    {
        await client.CreateAsync(SelfTestObjects.Build(options.Namespace, name), cancellationToken).ConfigureAwait(false);
        var end = await EndAsync<ImageBuild>(b => b.Status?.Conditions, b => b.Status?.CompletionTime is not null, cancellationToken).ConfigureAwait(false);
        var build = await client.GetAsync<ImageBuild>(Key, cancellationToken).ConfigureAwait(false);
        if (Ready(build.Status?.Conditions) is not { Status: "True" }) throw new InvalidOperationException($"the dry build did not succeed: {end}");
        if (build.Status?.Targets is not [{ Plan: PlannedAction.Build }]) throw new InvalidOperationException($"the builder did not say that it would build: {end}");
        return end;
    }

    private async Task<string> EndAsync<T>(Func<T, IEnumerable<V1Condition>?> conditions, Func<T, bool> until, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var last = "the operator has not answered: see its log";
        await UntilAsync(
            async () =>
            {
                var found = await client.GetAsync<T>(Key, cancellationToken).ConfigureAwait(false);
                if (Ready(conditions(found)) is { } ready) last = $"Ready is {ready.Status}, {ready.Reason}: {ready.Message}";
                return until(found);
            },
            () => last,
            cancellationToken).ConfigureAwait(false);
        return last;
    }

    private async Task UntilAsync(Func<Task<bool>> holds, Func<string> otherwise, CancellationToken cancellationToken)
    {
        while (!await holds().ConfigureAwait(false))
        {
            if (time.GetUtcNow() > deadline) throw new TimeoutException($"not within {options.Timeout}: {otherwise()}");
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static V1Condition? Ready(IEnumerable<V1Condition>? conditions) => conditions?.FirstOrDefault(c => c.Type == ConditionTypes.Ready);
}
