using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>Looks at instances.</summary>
internal sealed class InstanceReader(ICompute compute, GcpCalls calls)
{
    /// <param name="instance">The instance.</param>
    /// <param name="justMade">It was made a moment ago: that it is not found yet says nothing.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>Null if there is none.</returns>
    public async Task<GceInstance?> ReadAsync(GcpLink instance, bool justMade, CancellationToken cancellationToken)
    {
        try
        {
            var call = new GcpCall("compute.instances.get", Reasons.MachineFailed) { OfWhatWasJustMade = justMade };
            return await calls.RunAsync(call, t => compute.GetInstanceAsync(instance, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    public async Task<string> ReadConsoleAsync(GcpLink instance, CancellationToken cancellationToken) => (await calls.RunAsync(
        "compute.instances.getSerialPortOutput", Reasons.MachineFailed, t => compute.GetSerialOutputAsync(instance, t), cancellationToken).ConfigureAwait(false)).Contents ?? "";

    /// <summary>What the guest has written below a namespace; empty if nothing yet.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadGuestAttributesAsync(GcpLink instance, string space, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(
                "compute.instances.getGuestAttributes", Reasons.MachineFailed, t => compute.GetGuestAttributesAsync(instance, $"{space}/", t), cancellationToken).ConfigureAwait(false);
            return (answer.QueryValue?.Items ?? []).Where(i => i.Key is not null).ToDictionary(i => i.Key!, i => i.Value ?? "");
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return new Dictionary<string, string>();
        }
    }
}
