using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Runtime.Cache;

/// <summary>LIST in pages, then WATCH with bookmarks, for ever: nothing but cancellation ends it.</summary>
internal sealed class Informer<T>(IClient client, InformerOptions<T> options, RuntimeMetrics metrics, TimeProvider time, ILogger<Informer<T>> logger)
    : IInformer<T>, IInformerRunner
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Store<T> store = new(options.Indexes, options.Pack, e => Log.HandlerFailed(logger, e, ResourceKind.Of<T>().Kind));
    private readonly Backoff backoff = new(options.BackoffBase, options.BackoffCap);
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeyValuePair<string, object?> tag = new("kind", ResourceKind.Of<T>().Kind);
    private int failures;
    private bool expired;
    private volatile string? problem = "not listed yet";

    public ResourceKind Kind { get; } = ResourceKind.Of<T>();

    public IStore<T> Store => store;

    public string? Problem => problem;

    public bool HasSynced => store.HasSynced;

    public IDisposable AddHandler(Action<ResourceEvent<T>> handler) => store.AddHandler(handler);

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var resync = options.ResyncPeriod is { } period
            ? time.CreateTimer(static self => ((Store<T>)self!).Resync(), store, period, period)
            : null;
        string? resourceVersion = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            try
            {
                resourceVersion ??= await ListAsync(cancellationToken).ConfigureAwait(false);
                problem = null;
                await foreach (var change in WatchAsync(resourceVersion, cancellationToken).ConfigureAwait(false))
                {
                    resourceVersion = change.ResourceVersion;
                    (failures, expired) = (0, false);
                    Apply(change);
                }

                failures = time.GetElapsedTime(started) > options.BackoffCap ? 0 : failures;

                // The server ends every watch after some minutes; one that ends at once must not make a hot loop.
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Error is ApiError.Expired)
            {
                Log.InformerExpired(logger, Kind.Kind, resourceVersion);
                resourceVersion = null;
                Count(e);

                // The server answers again: failures from an outage before must not delay the list. Expiring at once again must.
                failures = expired ? failures : 0;
                expired = true;
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.IsSilence && resourceVersion is not null && time.GetElapsedTime(started) >= options.IdleTimeout)
            {
                // Old servers send no bookmarks of a kind that nobody changes: no fault, but a half-open connection looks the same.
                (failures, problem) = (0, null);
            }
            catch (ApiException e)
            {
                problem = e.Message;
                Log.InformerFailed(logger, Kind.Kind, resourceVersion, e.Message);
                Count(e);
                await PauseAsync(cancellationToken, e.RetryAfter).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A fault of ours or of an index function: seen in readiness and in the log, and never silent death.
                problem = e.Message;
                resourceVersion = null;
                Log.InformerFaulted(logger, e, Kind.Kind);
                await PauseAsync(cancellationToken, backoff.Base).ConfigureAwait(false);
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        metrics.InformerLists.Add(1, tag);
        var first = new ListOptions
        {
            Namespace = options.Namespace ?? "",
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            Limit = options.PageSize,
        };
        var (items, resourceVersion) = await ListPagesAsync(first, cancellationToken).ConfigureAwait(false)
            ?? await ListPagesAsync(first with { Limit = 0 }, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("a list without pages has no page that can expire");
        store.Replace(items);
        synced.TrySetResult();
        Log.InformerListed(logger, Kind.Kind, items.Count, resourceVersion);
        return resourceVersion;
    }

    /// <summary>All pages, or null when the token of a later page expired: a list that large and slow is then better read in one.</summary>
    private async Task<(List<Store<T>.Listed> Items, string ResourceVersion)?> ListPagesAsync(ListOptions page, CancellationToken cancellationToken)
    {
        List<Store<T>.Listed> items = [];
        while (true)
        {
            ListPage<T> read;
            try
            {
                read = await client.ListPageAsync<T>(page, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Error == ApiError.Expired && page.Continue is not null)
            {
                return null;
            }

            items.AddRange(read.Items.Select(item => store.Hold(Kept(item))));
            if (read.Continue is null)
            {
                return (items, read.ResourceVersion);
            }

            page = page with { Continue = read.Continue };
        }
    }

    private IAsyncEnumerable<WatchEvent<T>> WatchAsync(string resourceVersion, CancellationToken cancellationToken) => client.WatchAsync<T>(
        new()
        {
            Namespace = options.Namespace ?? "",
            LabelSelector = options.LabelSelector,
            FieldSelector = options.FieldSelector,
            ResourceVersion = resourceVersion,
            IdleTimeout = options.IdleTimeout,

            // Spread, so that a restarted server does not end all of them at once.
            Timeout = TimeSpan.FromMinutes(5 + (5 * Random.Shared.NextDouble())),
        },
        cancellationToken);

    private T Kept(T item) => options.Keep is { } keep ? keep(item) : item;

    private void Apply(WatchEvent<T> change)
    {
        switch (change)
        {
            case { Type: WatchType.Added or WatchType.Modified, Object: { } now }:
                store.Upsert(Kept(now));
                break;
            case { Type: WatchType.Deleted, Object: { } last }:
                store.Remove(Kept(last));
                break;
        }
    }

    private void Count(ApiException e) => metrics.InformerWatchFailures.Add(1, tag, new("error.type", e.Error.ToString()));

    private async Task PauseAsync(CancellationToken cancellationToken, TimeSpan? atLeast = null)
    {
        // The first time is free: an ordinary end of a watch, or an expiry, is no reason to miss events.
        var pause = failures++ == 0 ? TimeSpan.Zero : backoff.WithJitter(failures - 1);
        pause = atLeast > pause ? atLeast.Value : pause;
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
