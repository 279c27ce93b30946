using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Sweep;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>Makes an instance in the first place that has room for it.</summary>
internal sealed class InstancePlacer(PlatformContext context, GcpAccess access, ICompute compute, GcpCalls calls, Maker maker, ResourceRemover remover)
{
    private const string Reason = Reasons.MachineFailed;

    private const int Tries = 3;

    private readonly Operations _operations = new(compute, calls);
    private readonly InstanceReader _reader = new(compute, calls);

    /// <param name="instance">What the ledger says of it.</param>
    /// <param name="places">Where it may stand, in order.</param>
    /// <param name="request">The request for a place.</param>
    /// <param name="start">Waits until it runs; takes what was tried before. A place that turns out to have no room is followed by the next.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<T> PlaceAsync<T>(
        Placed instance, IEnumerable<Place> places, Func<Place, GceInstance> request, Func<GcpLink, Place, IReadOnlyList<string>, Task<T>> start, CancellationToken cancellationToken)
    {
        var tried = new List<string>();
        PlatformException? lacking = null;
        foreach (var place in places)
        {
            try
            {
                var link = await RunRepeatedlyAsync(request(place), place, instance, cancellationToken).ConfigureAwait(false);
                return await start(link, place, tried).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind is FailureKind.Capacity or FailureKind.Quota)
            {
                lacking = e;
                tried.Add($"{place}: {GcpErrors.CodeOf(e) ?? e.Message}");
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"no room for {place}: {e.Message}"));
                await AbandonAsync(instance.Key, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new PlatformException(lacking!.Kind, Reasons.NoCapacity, $"nowhere is room for the machine: {string.Join("; ", tried)}", lacking.Hint, lacking);
    }

    /// <summary>An operation that has failed for no reason of ours is tried a few times: what it left goes first.</summary>
    private async Task<GcpLink> RunRepeatedlyAsync(GceInstance request, Place place, Placed instance, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await RunAsync(request, place, instance, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (tried < Tries && GcpErrors.IsWorthAnotherRequest(e))
            {
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{place}: {e.Message}; once more"));
                await AbandonAsync(instance.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<GcpLink> RunAsync(GceInstance request, Place place, Placed instance, CancellationToken cancellationToken)
    {
        var link = GcpLink.Instance(access.Project, place.Zone, request.Name!);
        var call = new GcpCall("compute.instances.insert", Reason);
        var made = await maker.MakeAsync(
            new(instance.Key, instance.Type, link.ToString(), Location: place.Zone), call,
            (id, t) => compute.InsertInstanceAsync(access.Project, place.Zone, request, id, t), e => AdoptAsync(link, e, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (made is null) return link;
        await _operations.WaitAsync(call, access.Project, made, Waits.InstanceStart, cancellationToken).ConfigureAwait(false);
        return link;
    }

    /// <summary>The next place's entry takes this one's place: what an earlier try made here, or an operation in part, must be gone before.</summary>
    private async Task AbandonAsync(string ledgerKey, CancellationToken cancellationToken)
    {
        if (context.Ledger.Find(ledgerKey) is not { } entry) return;
        // What the cloud has answered for is there or is not; only a try without an answer may still come to light.
        await remover.RemoveAsync(entry.State == LedgerState.Created ? Settling.Settled(entry) : entry, cancellationToken).ConfigureAwait(false);
        await context.Ledger.ForgetAsync(ledgerKey, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name is this attempt's: who has it was made by a try whose answer was lost.</summary>
    private async Task<bool> AdoptAsync(GcpLink link, PlatformException taken, CancellationToken cancellationToken)
    {
        var found = await _reader.ReadAsync(link, justMade: true, cancellationToken).ConfigureAwait(false);
        if (!BuildLabels.AreOurs(found?.Labels, context.Identity)) throw new PlatformException(FailureKind.Terminal, Reason, $"another instance has the name {link}", "delete it", taken);
        return true;
    }
}

/// <summary>What the ledger says of an instance.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Type">Its type.</param>
/// <param name="Name">The instance's name.</param>
internal sealed record Placed(string Key, string Type, string Name);

/// <summary>Where a machine may stand.</summary>
internal sealed record Place(string MachineType, string Zone)
{
    public override string ToString() => $"{MachineType} in {Zone}";
}
