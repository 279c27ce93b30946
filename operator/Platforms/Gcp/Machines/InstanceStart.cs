using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Tunnels;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>Waits until an instance runs, and its guest has told the host keys and how the startup script ended.</summary>
internal sealed class InstanceStart(PlatformContext context, GcpTarget target, GcpNetworking network, GcpAccess access, InstanceReader reader, string? user)
{
    private const string HostKeys = "hostkeys";

    public async Task<GceMachine> WaitAsync(GcpLink link, Place place, MachinePurpose purpose, IReadOnlyList<string> tried, CancellationToken cancellationToken)
    {
        var instance = await Waits.InstanceStart.PollAsync(context.Time, async () =>
        {
            var found = await reader.ReadAsync(link, justMade: true, cancellationToken).ConfigureAwait(false);
            if (found?.Status is "PROVISIONING" or "STAGING" or "REPAIRING") return null;
            if (found?.Status != "RUNNING") throw Ended(link, found, FailureKind.Capacity);
            return network.Connect == GcpConnect.Iap || Address(found) is not null ? found : null;
        }, cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"machine {link.Name} runs: {place}"));
        var keys = await WaitForGuestAsync(link, purpose, cancellationToken).ConfigureAwait(false);
        var port = context.Communicator.Ssh?.Port ?? 22;
        if (network.Connect != GcpConnect.Iap) return new GceMachine(link, new(Address(instance)!, port), keys, tried, user, reader, context.Time, null);
        return new GceMachine(link, new(link.Name, port), keys, tried, user, reader, context.Time, new IapDialer(access, link, port, context.Time));
    }

    private async Task<IReadOnlyList<string>> WaitForGuestAsync(GcpLink link, MachinePurpose purpose, CancellationToken cancellationToken)
    {
        var scripted = purpose == MachinePurpose.Build && target.StartupScript is not null;
        var start = context.Time.GetTimestamp();
        IReadOnlyList<string> keys = [];
        var told = false;
        await Waits.Guest.PollAsync(context.Time, async () =>
        {
            if (!told)
            {
                // The agent writes one key after the other: all are there when no further one has come.
                var seen = Lines(await reader.ReadGuestAttributesAsync(link, HostKeys, cancellationToken).ConfigureAwait(false));
                told = seen.Count > 0 && seen.Count == keys.Count;
                keys = seen;
            }

            if (told && (!scripted || await IsScriptDoneAsync(link, cancellationToken).ConfigureAwait(false))) return keys;
            // What was taken away tells nothing any more.
            var found = await reader.ReadAsync(link, justMade: false, cancellationToken).ConfigureAwait(false);
            if (found?.Status != "RUNNING") throw Ended(link, found, target.Spot ? FailureKind.Capacity : FailureKind.Terminal);
            if (context.Time.GetElapsedTime(start) <= target.StartupTimeout.Value) return null;
            throw told
                ? new PlatformException(FailureKind.Terminal, Reasons.MachineFailed, $"gcp.startupScript has not ended on {link.Name} within {target.StartupTimeout}", "see the console's tail, or raise gcp.startupTimeout")
                : new PlatformException(
                    FailureKind.Terminal, Reasons.MachineFailed, $"the guest of {link.Name} has told no host keys within {target.StartupTimeout}",
                    "the image needs Google's guest environment (google-guest-agent), and the project must allow guest attributes (constraints/compute.disableGuestAttributesAccess)");
        }, cancellationToken).ConfigureAwait(false);
        return keys;
    }

    private async Task<bool> IsScriptDoneAsync(GcpLink link, CancellationToken cancellationToken)
    {
        var told = await reader.ReadGuestAttributesAsync(link, StartupScript.Namespace, cancellationToken).ConfigureAwait(false);
        if (told.GetValueOrDefault(StartupScript.Attribute) is not { } code) return false;
        if (code.Trim() == "0") return true;
        throw new PlatformException(
            FailureKind.Terminal, Reasons.MachineFailed, string.Create(CultureInfo.InvariantCulture, $"gcp.startupScript ended with the exit code {code.Trim()} on {link.Name}"), "see the console's tail");
    }

    private static IReadOnlyList<string> Lines(IReadOnlyDictionary<string, string> attributes) => [.. attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {a.Value.Trim()}")];

    private string? Address(GceInstance instance)
    {
        var nic = instance.NetworkInterfaces is [var first, ..] ? first : null;
        var given = nic?.AccessConfigs is [{ NatIP.Length: > 0 } config, ..] ? config.NatIP : null;
        return network.Connect == GcpConnect.Internal || nic?.AccessConfigs is null or [] ? nic?.NetworkIP : given;
    }

    /// <summary>Before it ran, or with spot, the cloud has taken its place away: there may be another.</summary>
    private static PlatformException Ended(GcpLink link, GceInstance? instance, FailureKind kind) => new(
        kind, Reasons.MachineFailed,
        $"the machine {link.Name} ended before it could be used: {(instance is null ? "it is not found any more" : $"it is {instance.Status}{(string.IsNullOrEmpty(instance.StatusMessage) ? "" : $": {instance.StatusMessage}")}")}",
        "see the operations of the instance in the console: spot machines may be taken away at any time");
}
