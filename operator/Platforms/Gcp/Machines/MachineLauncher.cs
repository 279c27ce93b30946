using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
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

/// <summary>Makes a machine where there is room for it.</summary>
internal sealed class MachineLauncher(PlatformContext context, GcpTarget target, GcpAccess access, ICompute compute, GcpCalls calls, Maker maker, BuildLabels labels, ResourceRemover remover)
{
    private const string Reason = Reasons.MachineFailed;

    private const int Tries = 3;

    private readonly GcpNetworking _network = target.Network ?? new();
    private readonly Operations _operations = new(compute, calls);
    private readonly InstanceReader _reader = new(compute, calls);

    public async Task<GceMachine> LaunchAsync(MachineRequest request, string image, CancellationToken cancellationToken)
    {
        if (target.Zones.Count == 0) throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, "gcp.zones: there is no zone to build in", "name zones in the target, or in its platform");
        var purpose = request.Purpose.ToString().ToLowerInvariant();
        var key = $"{purpose}/machine";
        var name = BuildLabels.NameOf(context.Identity, purpose);
        var requests = new InstanceRequest(context, target, _network, access.Project, labels);
        var tried = new List<string>();
        PlatformException? lacking = null;
        foreach (var place in target.MachineTypes.SelectMany(t => target.Zones.Select(z => new Place(t, z))))
        {
            try
            {
                var link = await RunRepeatedlyAsync(requests.Of(request, image, place, key, name), place, key, cancellationToken).ConfigureAwait(false);
                return await new InstanceStart(context, target, _network, access, _reader).WaitAsync(link, place, request.Purpose, tried, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind is FailureKind.Capacity or FailureKind.Quota)
            {
                lacking = e;
                tried.Add($"{place}: {GcpErrors.CodeOf(e) ?? e.Message}");
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"no room for {place}: {e.Message}"));
                await AbandonAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new PlatformException(lacking!.Kind, Reasons.NoCapacity, $"nowhere is room for the machine: {string.Join("; ", tried)}", lacking.Hint, lacking);
    }

    /// <summary>An operation that has failed for no reason of ours is tried a few times: what it left goes first.</summary>
    private async Task<GcpLink> RunRepeatedlyAsync(GceInstance request, Place place, string ledgerKey, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await RunAsync(request, place, ledgerKey, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (tried < Tries && GcpErrors.IsWorthAnotherRequest(e))
            {
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"{place}: {e.Message}; once more"));
                await AbandonAsync(ledgerKey, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<GcpLink> RunAsync(GceInstance request, Place place, string ledgerKey, CancellationToken cancellationToken)
    {
        var link = GcpLink.Instance(access.Project, place.Zone, request.Name!);
        var call = new GcpCall("compute.instances.insert", Reason);
        var made = await maker.MakeAsync(
            new(ledgerKey, ResourceTypes.Instance, link.ToString(), Location: place.Zone), call,
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

/// <summary>Where a machine may stand.</summary>
internal sealed record Place(string MachineType, string Zone)
{
    public override string ToString() => $"{MachineType} in {Zone}";
}
