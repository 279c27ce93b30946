using System.Threading.Channels;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime.Events;

/// <summary>A bounded queue in front of one writer, so that recording costs a reconcile nothing and can fail nothing.</summary>
internal sealed class EventRecorder(
    IClient client, string controller, string instance, RuntimeMetrics metrics, TimeProvider time, ILogger<EventRecorder> logger) : IEventRecorder
{
    private readonly Channel<Happening> waiting = Channel.CreateBounded<Happening>(new BoundedChannelOptions(1000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly EventMemory memory = new(time);

    public void Record(
        IKubernetesObject<V1ObjectMeta> regarding, EventSeverity severity, string reason, string action, string note, IKubernetesObject<V1ObjectMeta>? related = null)
    {
        var happening = new Happening(Reference(regarding), severity, reason, action, EventText.Cut(note ?? "", EventText.NoteBytes), related is null ? null : Reference(related), time.GetUtcNow());
        if (!waiting.Writer.TryWrite(happening))
        {
            Drop(happening, "the queue of events is full");
        }
    }

    /// <summary>Writes until <see cref="Complete"/>, then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var happening in waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await WriteAsync(happening, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Drop(happening, e.Message);
            }
        }
    }

    /// <summary>Takes no more events.</summary>
    public void Complete() => waiting.Writer.TryComplete();

    private async Task WriteAsync(Happening happening, CancellationToken cancellationToken)
    {
        var key = happening.Key(controller);
        var count = memory.Count(key, happening);
        if (!memory.MayWrite(happening))
        {
            // Still counted: the next write of this series tells of it.
            metrics.EventsDropped.Add(1, new KeyValuePair<string, object?>("reason", "rate"));
            return;
        }

        if (count > 1 && await SeriesAsync(key, count, happening.At, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await client.CreateAsync(happening.ToEvent(key, controller, instance), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            // Of an earlier life of this process, or of the other replica: its series goes on.
            var earlier = await client.FindAsync<Eventsv1Event>(key, cancellationToken).ConfigureAwait(false);
            count = memory.Continue(key, earlier?.Series?.Count ?? 1);
            await SeriesAsync(key, count, happening.At, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>False when the event is gone: the server keeps events for an hour.</summary>
    private async Task<bool> SeriesAsync(ObjectKey key, int count, DateTimeOffset at, CancellationToken cancellationToken)
    {
        try
        {
            await client.MergePatchAsync<Eventsv1Event>(key, EventText.SeriesPatch(count, at), null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ApiException e) when (e.Error == ApiError.NotFound)
        {
            memory.Forget(key);
            return false;
        }
    }

    private void Drop(Happening happening, string problem)
    {
        metrics.EventsDropped.Add(1, new KeyValuePair<string, object?>("reason", "failed"));
        Log.EventNotRecorded(logger, happening.Reason, new(happening.Regarding.NamespaceProperty ?? "", happening.Regarding.Name), problem);
    }

    private static V1ObjectReference Reference(IKubernetesObject<V1ObjectMeta> obj)
    {
        var kind = ResourceKind.Of(obj.GetType());
        return new()
        {
            ApiVersion = kind.ApiVersion,
            Kind = kind.Kind,
            Name = obj.Metadata.Name,
            NamespaceProperty = obj.Metadata.NamespaceProperty,
            Uid = obj.Metadata.Uid,
            ResourceVersion = obj.Metadata.ResourceVersion,
        };
    }
}
