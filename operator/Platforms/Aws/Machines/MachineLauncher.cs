using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Iam;
using ImageOperator.Platforms.Aws.Machines.Windows;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Makes a machine with what it needs, where there is room for it.</summary>
internal sealed class MachineLauncher(PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags)
{
    private readonly AwsNetworking _network = target.Network ?? new();

    public async Task<Ec2Machine> LaunchAsync(MachineRequest request, Image image, CancellationToken cancellationToken)
    {
        using var passwordKey = PasswordWait.IsWindows(image) ? new PasswordKey() : null;
        // First: IAM takes the longest to show what it has made.
        var profile = target.TemporaryIamInstanceProfile is { } wanted
            ? await new TemporaryProfile(context, clients, calls, maker, tags).MakeAsync(request.Purpose, wanted, cancellationToken).ConfigureAwait(false)
            : target.IamInstanceProfile;
        var purpose = request.Purpose.ToString().ToLowerInvariant();
        var name = $"imageoperator-{context.Identity.Key}-{purpose}";
        var key = await new KeyPairMaker(clients, calls, maker, tags).MakeAsync($"{purpose}/key-pair", name, passwordKey?.PublicLine ?? request.Credentials.PublicKey, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> groups = _network.SecurityGroupIds.Count > 0
            ? _network.SecurityGroupIds
            : [await new SecurityGroupMaker(context, _network, clients, calls, maker, tags).MakeAsync($"{purpose}/security-group", name, cancellationToken).ConfigureAwait(false)];

        var requests = new InstanceRequest(context, target, _network, tags);
        var tried = new List<string>();
        PlatformException? lacking = null;
        foreach (var place in Places(await SubnetsAsync(cancellationToken).ConfigureAwait(false)))
        {
            try
            {
                var id = await RunAsync(requests.Of(request, image, place, key, groups, profile, $"{purpose}/machine", name), $"{purpose}/machine", cancellationToken).ConfigureAwait(false);
                var machine = await new InstanceStart(context, _network, clients, calls).WaitAsync(id, place, tried, cancellationToken).ConfigureAwait(false);
                return passwordKey is null || context.Communicator.Ssh?.Password is not null ? machine : await WithPasswordAsync(machine, passwordKey, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind is FailureKind.Capacity or FailureKind.Quota)
            {
                lacking = e;
                tried.Add($"{place}: {AwsErrors.CodeOf(e.InnerException ?? e) ?? e.Message}");
                context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"no room for {place}: {e.Message}"));
            }
        }

        throw new PlatformException(lacking!.Kind, Reasons.NoCapacity, $"nowhere is room for the machine: {string.Join("; ", tried)}", lacking.Hint, lacking);
    }

    private async Task<Ec2Machine> WithPasswordAsync(Ec2Machine machine, PasswordKey key, CancellationToken cancellationToken)
    {
        try
        {
            machine.Password = await new PasswordWait(context, clients, calls).WaitAsync(machine, key, cancellationToken).ConfigureAwait(false);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>All subnets for the first type, then for the next.</summary>
    private IEnumerable<Place> Places(IReadOnlyList<string?> subnets) =>
        from type in target.InstanceTypes
        from subnet in subnets
        select new Place(type, subnet);

    private async Task<IReadOnlyList<string?>> SubnetsAsync(CancellationToken cancellationToken)
    {
        if (_network.SubnetIds.Count > 0) return _network.SubnetIds;
        if (_network.VpcId is not { } vpc) return [null];
        var answer = await calls.RunAsync(
            AwsCall.Ec2("DescribeSubnets", Reasons.MachineFailed),
            t => clients.Ec2().DescribeSubnetsAsync(new() { Filters = [new("vpc-id", [vpc])] }, t), cancellationToken).ConfigureAwait(false);
        if (answer.Subnets is { Count: > 0 } subnets) return [.. subnets.Select(s => s.SubnetId).Order(StringComparer.Ordinal)];
        throw new PlatformException(FailureKind.Terminal, Reasons.MachineFailed, $"{vpc} in {clients.Region} has no subnets", "name another VPC in aws.network, or subnets");
    }

    private async Task<string> RunAsync(RunInstancesRequest request, string ledgerKey, CancellationToken cancellationToken)
    {
        // A new token for each place: with the same one AWS would refuse other parameters. Tries of one place share it, and make one machine.
        var intent = new ResourceIntent(
            ledgerKey, ResourceTypes.Instance, Properties: new Dictionary<string, string> { [Properties.ClientToken] = request.ClientToken }, Location: clients.Region);
        var entry = await maker.MakeAsync(
            intent, AwsCall.Ec2("RunInstances", Reasons.MachineFailed) with { OfWhatWasJustMade = true, OfNewProfile = target.TemporaryIamInstanceProfile is not null },
            async call =>
            {
                var answer = await calls.RunAsync(call, t => clients.Ec2().RunInstancesAsync(request, t), cancellationToken).ConfigureAwait(false);
                return answer.Reservation.Instances[0].InstanceId;
            },
            cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }
}

/// <summary>Where a machine may stand.</summary>
internal sealed record Place(string InstanceType, string? Subnet)
{
    public override string ToString() => Subnet is null ? InstanceType : $"{InstanceType} in {Subnet}";
}
