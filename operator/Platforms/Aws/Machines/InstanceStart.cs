using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.SessionManager;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Waits until an instance runs and has its address.</summary>
internal sealed class InstanceStart(PlatformContext context, AwsNetworking network, AwsClients clients, AwsCalls calls)
{
    public async Task<Ec2Machine> WaitAsync(string id, Place place, IReadOnlyList<string> tried, CancellationToken cancellationToken)
    {
        var reader = new InstanceReader(clients, calls);
        var instance = await reader.WaitAsync(Waits.InstanceStart, context.Time, id, SharedLook<Instance>.Settling, found =>
        {
            var state = found?.State?.Name;
            if (found is null || state == InstanceStateName.Terminated || state == InstanceStateName.ShuttingDown || state == InstanceStateName.Stopped) throw Ended(id, found);
            return state == InstanceStateName.Running && Address(found) is not null ? found : null;
        }, cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"machine {id} runs: {place}{(instance.Placement?.AvailabilityZone is { } zone ? $", {zone}" : "")}"));
        var port = context.Communicator.Ssh?.Port ?? 22;
        return new Ec2Machine(id, new(Address(instance)!, port), tried, reader, context.Time, network.Address == AwsAddress.SessionManager ? Dialer(instance, port) : null);
    }

    private SessionManagerDialer Dialer(Instance instance, int port)
    {
        var profile = instance.IamInstanceProfile?.Arn;
        if (profile is null)
        {
            context.Observer.Observe(new BuildEvent.Message(
                MessageLevel.Warning, $"{instance.InstanceId} has no instance profile: its SSM agent reports only where the account has Default Host Management; else set aws.iamInstanceProfile"));
        }

        return new(instance.InstanceId, port, profile, $"image-builder {context.Identity.Name}/{context.Identity.Target}", clients, calls, context.Time, context.Observer);
    }

    private string? Address(Instance instance) => network.Address == AwsAddress.Public && instance.PublicIpAddress is { Length: > 0 } given
        ? given
        : string.IsNullOrEmpty(instance.PrivateIpAddress) ? null : instance.PrivateIpAddress;

    // An instance that was accepted can still end for lack of room: then AWS says why here.
    private static PlatformException Ended(string id, Instance? instance)
    {
        var code = instance?.StateReason?.Code ?? "";
        var why = instance is null ? "it is not found any more" : $"{code}: {instance.StateReason?.Message}".Trim(' ', ':');
        var kind = code.Contains("InsufficientInstanceCapacity", StringComparison.Ordinal) ? FailureKind.Capacity
            : code.Contains("VolumeLimitExceeded", StringComparison.Ordinal) || code.Contains("VcpuLimitExceeded", StringComparison.Ordinal) ? FailureKind.Quota
            : FailureKind.Terminal;
        var hint = code switch
        {
            "Client.InvalidKMSKey.InvalidState" or "Client.InternalError" => "the KMS key of an encrypted volume may be disabled, or its policy may not let the builder's credentials create grants",
            _ => "see the instance's state transition reason in the console",
        };
        return new(kind, kind == FailureKind.Terminal ? Reasons.MachineFailed : Reasons.NoCapacity, $"the machine {id} ended before it ran: {why}", hint);
    }
}
