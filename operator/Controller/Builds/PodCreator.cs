using ImageOperator.Api.Conditions;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Metrics;
using ImageOperator.Controller.Pods;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Events;
using k8s.Models;

namespace ImageOperator.Controller.Builds;

/// <summary>Creates pods of builds; a pod that is there already is as good.</summary>
internal sealed class PodCreator(
    IClient client, PodFactory factory, EarlierResults earlier, NamespaceSalt salt, IEventRecorder events, BuildMetrics metrics, ILogger<PodCreator> logger)
{
    // status.details.causes of a create in a namespace that goes away.
    private const string NamespaceTerminating = "NamespaceTerminating";

    /// <returns>False when the server refused the pod; the memory knows why.</returns>
    public async Task<bool> CreateAsync(PodPlan plan, BuildMemory memory, CancellationToken cancellationToken)
    {
        try
        {
            if (plan.NeedsSalt) await salt.EnsureAsync(plan.Build.Metadata.NamespaceProperty, cancellationToken).ConfigureAwait(false);
            var pod = factory.Create(plan.Sweeper ? plan : plan with { Earlier = earlier.Of(plan.Build, plan.Target.Name) });
            if (!await CreateAsync(pod, plan.Build.Metadata.Uid, cancellationToken).ConfigureAwait(false))
            {
                pod.Metadata.Name = PodNames.Other(pod.Metadata.Name, plan.Build.Metadata.Uid);
                if (!await CreateAsync(pod, plan.Build.Metadata.Uid, cancellationToken).ConfigureAwait(false))
                {
                    throw new PodPlanException($"pod {pod.Metadata.Name} exists and is not this build's");
                }
            }

            memory.Accept(plan.Target.Name);
            return true;
        }
        catch (Exception e) when (e is PodPlanException || e is ApiException { Error: ApiError.Forbidden or ApiError.Invalid })
        {
            Refused(plan, memory, e);
            return false;
        }
    }

    private async Task<bool> CreateAsync(V1Pod pod, string uid, CancellationToken cancellationToken)
    {
        try
        {
            var created = await client.CreateAsync(pod, cancellationToken).ConfigureAwait(false);
            Log.PodCreated(logger, ObjectKey.Of(created));
            if (pod.Metadata.Labels[Labels.Role] == Labels.SweeperRole) metrics.Sweeps.Add(1, metrics.Tags(pod.Metadata.NamespaceProperty));
            return true;
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            var existing = await client.FindAsync<V1Pod>(ObjectKey.Of(pod), cancellationToken).ConfigureAwait(false);
            return existing?.IsControlledBy(uid) != false;
        }
    }

    private void Refused(PodPlan plan, BuildMemory memory, Exception e)
    {
        memory.NamespaceTerminating |= e is ApiException api && api.Causes.Any(c => c.Reason == NamespaceTerminating);
        if (!memory.Refuse(plan.Target.Name, e.Message)) return;
        Log.PodRefused(logger, plan.Name, e.Message);
        events.Record(plan.Build, EventSeverity.Warning, Reasons.PodNotStarted, "CreatePod", $"{plan.Target.Name}: {e.Message}");
    }
}
