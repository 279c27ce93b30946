using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Logins;
using ImageOperator.Platforms.Gcp.Sweep;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>Makes a machine where there is room for it.</summary>
internal sealed class MachineLauncher(PlatformContext context, GcpTarget target, GcpAccess access, ICompute compute, GcpCalls calls, Maker maker, BuildLabels labels, LoginKeys logins, ResourceRemover remover)
{
    private readonly GcpNetworking _network = target.Network ?? new();
    private readonly InstancePlacer _placer = new(context, access, compute, calls, maker, remover);
    private readonly InstanceReader _reader = new(compute, calls);

    public async Task<GceMachine> LaunchAsync(MachineRequest request, string image, CancellationToken cancellationToken)
    {
        if (target.Zones.Count == 0) throw new PlatformException(FailureKind.Terminal, Reasons.TemplateInvalid, "gcp.zones: there is no zone to build in", "name zones in the target, or in its platform");
        var purpose = request.Purpose.ToString().ToLowerInvariant();
        var key = $"{purpose}/machine";
        var name = BuildLabels.NameOf(context.Identity, purpose);
        var user = target.OsLogin == true ? await logins.ImportAsync($"{purpose}/login", request.Credentials.PublicKey, target.MachineLifetime.Value, cancellationToken).ConfigureAwait(false) : null;
        var requests = new InstanceRequest(context, target, _network, access.Project, labels);
        return await _placer.PlaceAsync(
            new(key, ResourceTypes.Instance, name), target.MachineTypes.SelectMany(t => target.Zones.Select(z => new Place(t, z))), place => requests.Of(request, image, place, key, name),
            (link, place, tried) => new InstanceStart(context, target, _network, access, _reader, user).WaitAsync(link, place, request.Purpose, tried, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
