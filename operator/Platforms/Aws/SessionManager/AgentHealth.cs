using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.SessionManager;

/// <summary>Whether a machine's SSM agent has reported to Systems Manager; what may keep it from that where it has not.</summary>
internal sealed class AgentHealth(string instance, string? profile, AwsClients clients, AwsCalls calls)
{
    /// <exception cref="ConnectionException">It has not.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var request = new DescribeInstanceInformationRequest { Filters = [new() { Key = "InstanceIds", Values = [instance] }] };
        var answer = await calls.RunAsync(
            AwsCall.Ssm("DescribeInstanceInformation", Reasons.MachineFailed), t => clients.Ssm().DescribeInstanceInformationAsync(request, t), cancellationToken).ConfigureAwait(false);
        var agent = (answer.InstanceInformationList ?? []).Find(i => i.InstanceId == instance);
        if (agent?.PingStatus == PingStatus.Online) return;
        throw Offline(agent);
    }

    /// <summary>It has reported, and does not answer now.</summary>
    public ConnectionException NotConnected(Exception inner) => new(
        ConnectionReason.AgentOffline, $"the SSM agent of {instance} is not connected",
        "a machine that boots anew is away for a while; else look at /var/log/amazon/ssm/amazon-ssm-agent.log there, and whether it reaches the endpoint ssmmessages of the region on port 443", inner);

    private ConnectionException Offline(InstanceInformation? agent) => agent is null
        ? new(
            ConnectionReason.AgentOffline, $"the SSM agent of {instance} has not reported to Systems Manager in {clients.Region}", profile is null
                ? "the machine has no instance profile, and so no permission to report: set aws.iamInstanceProfile to one whose role has AmazonSSMManagedInstanceCore, or aws.temporaryIamInstanceProfile with that policy (or turn on Default Host Management of the account)"
                : $"has the role of {profile} AmazonSSMManagedInstanceCore? Is amazon-ssm-agent installed in the source image, and enabled at boot? Does the machine reach the endpoints ssm, ssmmessages and ec2messages of the region on port 443 (by NAT, a public address, or VPC endpoints)?")
        : new(
            ConnectionReason.AgentOffline, $"the SSM agent of {instance} is {agent.PingStatus} (version {agent.AgentVersion})",
            "it has reported before: the machine boots anew, hangs, or has lost its way to the endpoints ssm and ssmmessages of the region");
}
