using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Queue;

/// <summary>
/// The one place that lets targets start. What it knows it has from the builds' status: a restart loses nothing. A place is given away here, under one lock,
/// before it stands in status; until then it is remembered here, so that an old view from a cache gives no place away twice.
/// </summary>
internal sealed class AdmissionQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly IInformer<ImageBuild> builds;
    private readonly QueueSeed seed;
    private readonly TimeProvider time;
    private readonly QueueMetrics metrics;
    private readonly FairQueue fair;
    private readonly PublishedPlaces published;
    private readonly Dictionary<string, Dictionary<string, QueueEntry>> entries = new(StringComparer.Ordinal);
    private readonly HashSet<PlatformKey> measured = [];
    private readonly ITimer refresh;
    private readonly QueuePolicy policy;
    private HashSet<string>? gone;
    private Action<ObjectKey> wake = static _ => { };
    private bool leads;
    private bool refreshing;

    public AdmissionQueue(IInformer<ImageBuild> builds, QueueLimits limits, QueueSeed seed, QueueMetrics metrics, QueuePolicy policy, TimeProvider time)
    {
        (this.builds, this.seed, this.metrics, this.policy, this.time) = (builds, seed, metrics, policy, time);
        fair = new(limits);
        published = new(fair);
        refresh = time.CreateTimer(static self => ((AdmissionQueue)self!).Refresh(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        metrics.Observe(Measure);
        limits.Changed += LimitsChanged;
        builds.AddHandler(change =>
        {
            if (change.New is { } now) Observe(now);
            else Forget(change.Old!);
        });
    }

    /// <summary>
    /// Begins a leader's term: all places that were given away in an earlier one and do not stand in status are forgotten.
    /// </summary>
    /// <param name="reconcile">Who is to look at a build whose turn has come, or whose place has changed.</param>
    /// <returns>Ends the term.</returns>
    public IDisposable Lead(Action<ObjectKey> reconcile)
    {
        lock (gate)
        {
            fair.Clear();
            entries.Clear();
            published.Clear();
            seed.Reset();
            // Ended builds hold no places, and are thousands.
            foreach (var build in builds.Store.ByIndex(BuildIndexes.Active, BuildIndexes.AnyNamespace)) Take(build);
            wake = reconcile;
            leads = true;
        }

        return new Term(this);
    }

    /// <summary>Asks for places for all targets of a build that are to start and have none. Only the leader asks.</summary>
    /// <returns>Null when the build is gone: nobody would give its place back.</returns>
    public async Task<Admissions?> AskAsync(ImageBuild build, IReadOnlyList<Claim> claims, CancellationToken cancellationToken)
    {
        await SeedAsync(cancellationToken).ConfigureAwait(false);
        lock (gate)
        {
            // The reconcile is one of a term that is over.
            if (!leads) throw new OperationCanceledException("this process leads no more");
            if (builds.Store.Get(ObjectKey.Of(build))?.Metadata.Uid != build.Metadata.Uid) return null;
            var now = time.GetUtcNow();
            Drop(build, name => claims.All(c => c.Target != name));
            foreach (var claim in claims) Enlist(build, claim, now);
            Admit(now, asking: build.Metadata.Uid);
            return Admissions.Of(claims.ToDictionary(c => c.Target, c => Answer(new(build.Metadata.Uid, c.Target), now)));
        }
    }

    /// <summary>
    /// Takes a build out that was to start and is not any more, before status had a word of its targets: it was cancelled, or its template turned out wrong,
    /// between the answer of the queue and the write.
    /// </summary>
    public void Withdraw(ImageBuild build)
    {
        lock (gate)
        {
            if (Drop(build, static _ => true)) Admit(time.GetUtcNow());
        }
    }

    /// <summary>Limits, or what is used of them, have changed.</summary>
    private void LimitsChanged()
    {
        lock (gate)
        {
            Admit(time.GetUtcNow());
            RefreshSoon();
        }
    }

    public void Dispose() => refresh.Dispose();

    private void Observe(ImageBuild build)
    {
        lock (gate)
        {
            if (Take(build)) Admit(time.GetUtcNow());
        }
    }

    private void Forget(ImageBuild build)
    {
        lock (gate)
        {
            gone?.Add(build.Metadata.Uid);
            if (Drop(build, static _ => true, evenWithPlace: true)) Admit(time.GetUtcNow());
        }
    }

    /// <summary>Brings the queue up to a build's status. What status says only ever rises; a place that was given away here is kept until status has it.</summary>
    /// <returns>Whether places came free, or someone came to wait.</returns>
    private bool Take(ImageBuild build)
    {
        var changed = false;
        foreach (var (target, standing) in TargetStandings.Of(build))
        {
            var key = new TargetKey(build.Metadata.Uid, target);
            switch (standing)
            {
                case TargetStanding.Over:
                    changed |= Leave(key);
                    break;
                case TargetStanding.HasPlace:
                    var status = build.Status!.Targets!.First(t => t.Name == target);
                    changed |= fair.Take(Enter(build, Claim.Of(build, build.Status!.Template!, target), default), status.AdmittedTime ?? build.Status.StartTime ?? default);
                    published.Remove(key);
                    break;
                case TargetStanding.Waits:
                    changed |= fair.Wait(Enter(build, Claim.Of(build, build.Status!.Template!, target), build.Status!.Queue?.Since ?? time.GetUtcNow()));
                    break;
            }
        }

        return changed;
    }

    private void Enlist(ImageBuild build, Claim claim, DateTimeOffset now)
    {
        fair.Wait(Enter(build, claim, build.Status?.Queue?.Since ?? now));
    }

    private QueueEntry Enter(ImageBuild build, Claim claim, DateTimeOffset since)
    {
        if (!entries.TryGetValue(build.Metadata.Uid, out var own)) entries[build.Metadata.Uid] = own = new(StringComparer.Ordinal);
        var created = build.Metadata.CreationTimestamp is { } t ? new DateTimeOffset(t.ToUniversalTime()) : since;
        var key = new TargetKey(build.Metadata.Uid, claim.Target);
        return own[claim.Target] = new(key, ObjectKey.Of(build), claim.Platform, build.Spec.Priority, created, own.TryGetValue(claim.Target, out var known) ? known.Since : since);
    }

    /// <summary>Takes those of a build's targets out that nobody asks for any more and that status gives no place.</summary>
    private bool Drop(ImageBuild build, Func<string, bool> chosen, bool evenWithPlace = false)
    {
        if (!entries.TryGetValue(build.Metadata.Uid, out var own)) return false;
        var dropped = false;
        foreach (var target in own.Keys.Where(chosen).ToArray())
        {
            if (!evenWithPlace && build.Status?.Targets?.FirstOrDefault(t => t.Name == target)?.Attempt is not null) continue;
            dropped |= Leave(new(build.Metadata.Uid, target));
        }

        return dropped;
    }

    private bool Leave(TargetKey key)
    {
        if (entries.TryGetValue(key.BuildUid, out var own) && own.Remove(key.Target) && own.Count == 0) entries.Remove(key.BuildUid);
        published.Remove(key);
        return fair.Leave(key);
    }

    private void Admit(DateTimeOffset now, string? asking = null)
    {
        // A replica that only stands by follows, and gives nothing away; nor does a new leader before it has read what its predecessor did.
        if (!leads || !seed.IsDone) return;
        foreach (var entry in fair.Admit(now))
        {
            published.Remove(entry.Key);
            metrics.Admitted(entry, now);
            if (entry.Key.BuildUid != asking) wake(entry.Build);
        }

        if (fair.Waiting > 0) RefreshSoon();
    }

    private Admission Answer(TargetKey key, DateTimeOffset now) => fair.HasPlace(key) == true ? Admission.Granted : new(published.Of(key, now));

    private void RefreshSoon()
    {
        if (refreshing || !leads) return;
        refreshing = true;
        refresh.Change(policy.RefreshPeriod, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Numbers those that wait anew, and wakes the builds whose published place is another now: at most once in a period.</summary>
    private void Refresh()
    {
        lock (gate)
        {
            refreshing = false;
            foreach (var build in published.Renew(time.GetUtcNow())) wake(build);
        }
    }

    /// <summary>
    /// A new leader's cache may be behind what the last leader wrote: before the first place is given away all builds are read from the server, once.
    /// </summary>
    private async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (seed.IsDone) return;
        lock (gate) gone ??= [];
        await seed.RunAsync(
            build =>
            {
                lock (gate)
                {
                    if (gone?.Contains(build.Metadata.Uid) == true || !IsNews(build)) return;
                    Take(build);
                }
            },
            cancellationToken).ConfigureAwait(false);
        lock (gate) gone = null;
    }

    private bool IsNews(ImageBuild listed)
    {
        if (builds.Store.Get(ObjectKey.Of(listed)) is not { } known || known.Metadata.Uid != listed.Metadata.Uid) return true;
        var before = TargetStandings.Of(known).ToDictionary(t => t.Target, t => t.Standing);
        return TargetStandings.Of(listed).Any(t => t.Standing > before.GetValueOrDefault(t.Target));
    }

    private QueueMeasure[] Measure()
    {
        lock (gate)
        {
            // Only the leader counts: the sum over replicas is then the number.
            if (!leads) return [];
            foreach (var lane in fair.Lanes) measured.Add(lane.Platform);
            // A platform that was seen once goes on as 0: a series that ends says nothing.
            return [.. measured.Select(p => fair.Lanes.Where(l => l.Platform == p)
                .Aggregate(new QueueMeasure(p, 0, 0), (sum, l) => sum with { Waiting = sum.Waiting + l.Waiting.Count, Running = sum.Running + l.Running }))];
        }
    }

    private sealed class Term(AdmissionQueue queue) : IDisposable
    {
        public void Dispose()
        {
            lock (queue.gate)
            {
                queue.leads = false;
                queue.wake = static _ => { };
            }
        }
    }
}
