using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Leadership;
using k8s.Models;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>
/// Keeps the webhook's own certificates: every replica serves what the Secret holds; the leader renews it, and writes the
/// authorities into the webhook's configuration. The first is made by whoever finds none: in a rollout that switches the webhook on the leader is a
/// replica of before, which knows nothing of it and goes only when a new one is ready.
/// </summary>
internal sealed class CertificateRotation(
    IClient client, ILeadership leadership, ServingCertificate serving, WebhookOptions options, TimeProvider time, ILogger<CertificateRotation> logger) : BackgroundService
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    private readonly ObjectKey secretKey = new(options.Namespace, options.SecretName);
    private readonly CertificatePeriods periods = new();
    private readonly IReadOnlyList<string> names = options.Names;
    private string? told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (true)
        {
            var led = leadership.IsLeader;
            failures = await TryLookAsync(stoppingToken).ConfigureAwait(false) ? 0 : failures + 1;
            var pause = failures == 0 ? Later : TimeSpan.FromSeconds(Math.Min(Later.TotalSeconds, Math.Pow(2, failures)));
            await PauseAsync(pause, led, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whoever begins to lead looks at once: the configuration may lack its authorities.</summary>
    private async Task PauseAsync(TimeSpan pause, bool led, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var wait = Task.Delay(pause, time, over.Token);
        await (led ? wait : Task.WhenAny(wait, leadership.WaitUntilLeaderAsync(over.Token))).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var problem = await LookAsync(cancellationToken).ConfigureAwait(false);
            Tell(problem);
            return problem is null;
        }
        catch (ApiException e) when (e.Error == ApiError.Conflict)
        {
            // Someone else was faster: the next look shows.
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is: builds must not suffer from it.
            Tell(e.Message);
            return false;
        }
    }

    /// <summary>What is wrong; null if all is well.</summary>
    internal async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        if (await client.FindAsync<V1Secret>(secretKey, cancellationToken).ConfigureAwait(false) is not { } secret)
        {
            return $"Secret {secretKey} does not exist: apply it, empty, as config/webhook has it";
        }

        var set = CertificateSet.Read(secret.Data);
        if (leadership.IsLeader || set?.Serving.Validity() is null)
        {
            var (next, why) = CertificatePlan.Decide(set, names, time.GetUtcNow(), periods);
            if (why is not null)
            {
                secret.Data = next.Write();
                await client.UpdateAsync(secret, null, cancellationToken).ConfigureAwait(false);
                AdmissionLog.Renewed(logger, secretKey, why);
            }

            set = next;
        }

        serving.Use(set.Serving);
        return leadership.IsLeader ? await WriteBundleAsync(set, cancellationToken).ConfigureAwait(false) : null;
    }

    private async Task<string?> WriteBundleAsync(CertificateSet set, CancellationToken cancellationToken)
    {
        var found = await client.FindAsync<V1ValidatingWebhookConfiguration>(new("", options.ConfigurationName), cancellationToken).ConfigureAwait(false);
        if (found is null) return $"ValidatingWebhookConfiguration {options.ConfigurationName} does not exist: nobody asks the webhook";
        var bundle = System.Text.Encoding.ASCII.GetBytes(set.Bundle);
        var stale = (found.Webhooks ?? []).Where(w => w.ClientConfig.CaBundle?.AsSpan().SequenceEqual(bundle) != true).ToList();
        if (stale.Count == 0) return null;
        foreach (var webhook in stale) webhook.ClientConfig.CaBundle = bundle;
        await client.UpdateAsync(found, null, cancellationToken).ConfigureAwait(false);
        AdmissionLog.BundleWritten(logger, options.ConfigurationName);
        return null;
    }

    /// <summary>Each problem once, not at every look.</summary>
    private void Tell(string? problem)
    {
        if (problem is not null && problem != told) AdmissionLog.Problem(logger, problem);
        told = problem;
    }
}
