using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Makes the security group of a machine: one port, from where it may be reached; none with Session Manager.</summary>
internal sealed class SecurityGroupMaker(PlatformContext context, AwsNetworking network, AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags)
{
    private const string Reason = Reasons.MachineFailed;

    private static readonly TimeSpan Visible = TimeSpan.FromMinutes(1);

    /// <returns>The group's ID.</returns>
    public async Task<string> MakeAsync(string ledgerKey, string name, CancellationToken cancellationToken)
    {
        var vpc = await FindVpcAsync(cancellationToken).ConfigureAwait(false);
        var intent = new ResourceIntent(ledgerKey, ResourceTypes.SecurityGroup, Location: clients.Region);
        var entry = await maker.MakeAsync(intent, AwsCall.Ec2("CreateSecurityGroup", Reason), call => CreateAsync(call, vpc, ledgerKey, name, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (network.Address != AwsAddress.SessionManager) await OpenAsync(entry.Id!, vpc, cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }

    private async Task<string> CreateAsync(AwsCall call, Vpc vpc, string ledgerKey, string name, CancellationToken cancellationToken)
    {
        var request = new CreateSecurityGroupRequest
        {
            GroupName = name,
            Description = $"ImageOperator build {context.Identity.Name}, target {context.Identity.Target}",
            VpcId = vpc.VpcId,
            TagSpecifications = tags.Specifications(ledgerKey, name, ResourceType.SecurityGroup),
        };
        try
        {
            return (await calls.RunAsync(call, t => clients.Ec2().CreateSecurityGroupAsync(request, t), cancellationToken).ConfigureAwait(false)).GroupId;
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "InvalidGroup.Duplicate")
        {
            // Made by a try whose answer was lost: the name is this build's.
            return await FindAsync(vpc, name, e, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The group of that name, when AWS shows it.</summary>
    private async Task<string> FindAsync(Vpc vpc, string name, PlatformException duplicate, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        return await Waits.InstanceStart.PollAsync(context.Time, async () =>
        {
            var found = await calls.RunAsync(
                AwsCall.Ec2("DescribeSecurityGroups", Reason),
                t => clients.Ec2().DescribeSecurityGroupsAsync(new() { Filters = [new("group-name", [name]), new("vpc-id", [vpc.VpcId])] }, t), cancellationToken).ConfigureAwait(false);
            if (found.SecurityGroups?.FirstOrDefault()?.GroupId is { } id) return id;
            return context.Time.GetElapsedTime(start) <= Visible ? null : throw new PlatformException(FailureKind.Retryable, Reason, $"{name} exists, and is not found", inner: duplicate);
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task OpenAsync(string group, Vpc vpc, CancellationToken cancellationToken)
    {
        var port = context.Communicator.Ssh?.Port ?? 22;
        var blocks = network.AllowedCidrs.Count > 0 ? network.AllowedCidrs : network.Address == AwsAddress.Private ? Blocks(vpc) : ["0.0.0.0/0"];
        var permission = new IpPermission { IpProtocol = "tcp", FromPort = port, ToPort = port };
        // An empty list is sent as an empty value, which is no list.
        if (blocks.Where(b => !IsV6(b)).ToList() is { Count: > 0 } v4) permission.Ipv4Ranges = [.. v4.Select(b => new IpRange { CidrIp = b, Description = "image-builder" })];
        if (blocks.Where(IsV6).ToList() is { Count: > 0 } v6) permission.Ipv6Ranges = [.. v6.Select(b => new Ipv6Range { CidrIpv6 = b, Description = "image-builder" })];
        try
        {
            await calls.RunAsync(
                AwsCall.Ec2("AuthorizeSecurityGroupIngress", Reason) with { OfWhatWasJustMade = true },
                t => clients.Ec2().AuthorizeSecurityGroupIngressAsync(new() { GroupId = group, IpPermissions = [permission] }, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "InvalidPermission.Duplicate")
        {
            // Done by a try whose answer was lost.
        }
    }

    private async Task<Vpc> FindVpcAsync(CancellationToken cancellationToken)
    {
        var request = network.VpcId is { } given ? new DescribeVpcsRequest { VpcIds = [given] } : new() { Filters = [new("is-default", ["true"])] };
        if (network.SubnetIds.Count > 0)
        {
            var subnets = await calls.RunAsync(
                AwsCall.Ec2("DescribeSubnets", Reason), t => clients.Ec2().DescribeSubnetsAsync(new() { SubnetIds = [.. network.SubnetIds] }, t), cancellationToken).ConfigureAwait(false);
            var of = (subnets.Subnets ?? []).Select(s => s.VpcId).Distinct().ToList();
            if (of.Count != 1)
            {
                throw new PlatformException(
                    FailureKind.Terminal, Reason, $"aws.network.subnetIds are of {of.Count} VPCs: the build's security group belongs to one", "name subnets of one VPC, or securityGroupIds");
            }

            request = new() { VpcIds = of };
        }

        var answer = await calls.RunAsync(AwsCall.Ec2("DescribeVpcs", Reason), t => clients.Ec2().DescribeVpcsAsync(request, t), cancellationToken).ConfigureAwait(false);
        return answer.Vpcs?.FirstOrDefault() ?? throw new PlatformException(
            FailureKind.Terminal, Reason, $"there is no default VPC in {clients.Region}", "name a subnet in aws.network.subnetIds");
    }

    private static bool IsV6(string block) => block.Contains(':', StringComparison.Ordinal);

    private static IReadOnlyList<string> Blocks(Vpc vpc)
    {
        var blocks = (vpc.CidrBlockAssociationSet ?? []).Select(a => a.CidrBlock).Append(vpc.CidrBlock).Where(b => !string.IsNullOrEmpty(b)).Distinct();
        return [.. blocks];
    }
}
