using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Waiting;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>Makes a machine's network: one port, from where it may be reached.</summary>
internal sealed class NetworkMaker(PlatformContext context, AzureNetworking network, IArmResources resources)
{
    private const string Subnet = "machines";
    private const string AddressSpace = "10.0.0.0/24";

    private Task<ResourceIdentifier>? _securityGroup;
    private Task<string>? _subnet;

    private bool IsPublic => network.Address == AzureAddress.Public;

    /// <summary>Fails where no machine could be reached.</summary>
    public static void Check(AzureNetworking? network)
    {
        if (network is not { Address: AzureAddress.Private, SubnetId: null }) return;
        throw new PlatformException(
            FailureKind.Terminal, Reasons.MachineFailed, "azure.network.address: Private needs a subnet that the builder reaches, and there is none", "set azure.network.subnetId, or the platform's subnetId");
    }

    /// <summary>
    /// Makes what one place's machine is connected by. An interface is reserved for its machine for three minutes after that has gone: the next place has
    /// one of its own.
    /// </summary>
    public async Task<MachineNetwork> MakeAsync(BuildGroup group, string purpose, MachineNames names, int place, CancellationToken cancellationToken)
    {
        var securityGroup = _securityGroup ??= group.PutAsync($"{purpose}/security-group", ResourceKind.SecurityGroup, names.SecurityGroup, Rules(), Waits.Network, cancellationToken);
        var subnet = _subnet ??= SubnetAsync(group, purpose, names, cancellationToken);
        var address = AddressAsync(group, purpose, names, place, cancellationToken);
        await Task.WhenAll(securityGroup, subnet, address).ConfigureAwait(false);
        var properties = new JsonObject
        {
            ["networkSecurityGroup"] = Reference(await securityGroup.ConfigureAwait(false)),
            ["ipConfigurations"] = new JsonArray(new JsonObject { ["name"] = "ip", ["properties"] = Configuration(await subnet.ConfigureAwait(false), await address.ConfigureAwait(false)) }),
        };
        var made = await group.PutAsync($"{purpose}/network-interface", ResourceKind.NetworkInterface, names.Interface(place), properties, Waits.Network, cancellationToken).ConfigureAwait(false);
        return new(made, await address.ConfigureAwait(false));
    }

    /// <summary>The address that the builder connects to; null while there is none.</summary>
    public async Task<string?> AddressOfAsync(MachineNetwork made, CancellationToken cancellationToken)
    {
        if (made.PublicAddress is { } id)
        {
            var address = await resources.ReadAsync(ResourceKind.PublicAddress.Read(Reasons.MachineFailed) with { OfWhatWasJustMade = true }, id, cancellationToken).ConfigureAwait(false);
            return address?.Text("ipAddress");
        }

        var nic = await resources.ReadAsync(ResourceKind.NetworkInterface.Read(Reasons.MachineFailed) with { OfWhatWasJustMade = true }, made.Interface, cancellationToken).ConfigureAwait(false);
        return nic is { } found && found.Properties.TryGetProperty("ipConfigurations", out var all) && all.GetArrayLength() > 0
            && all[0].TryGetProperty("properties", out var first) && first.TryGetProperty("privateIPAddress", out var text) ? text.GetString() : null;
    }

    private async Task<string> SubnetAsync(BuildGroup group, string purpose, MachineNames names, CancellationToken cancellationToken)
    {
        if (network.SubnetId is { } given) return given;
        var properties = new JsonObject
        {
            ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray(AddressSpace) },
            ["subnets"] = new JsonArray(new JsonObject { ["name"] = Subnet, ["properties"] = new JsonObject { ["addressPrefix"] = AddressSpace } }),
        };
        var made = await group.PutAsync($"{purpose}/virtual-network", ResourceKind.VirtualNetwork, names.Network, properties, Waits.Network, cancellationToken).ConfigureAwait(false);
        return $"{made}/subnets/{Subnet}";
    }

    private async Task<ResourceIdentifier?> AddressAsync(BuildGroup group, string purpose, MachineNames names, int place, CancellationToken cancellationToken)
    {
        if (!IsPublic) return null;
        var properties = new JsonObject { ["publicIPAllocationMethod"] = "Static", ["publicIPAddressVersion"] = "IPv4" };
        return await group.PutAsync($"{purpose}/public-ip", ResourceKind.PublicAddress, names.PublicAddress(place), properties, Waits.Network, cancellationToken, "Standard").ConfigureAwait(false);
    }

    private JsonObject Rules()
    {
        var rule = new JsonObject
        {
            ["priority"] = 100,
            ["direction"] = "Inbound",
            ["access"] = "Allow",
            ["protocol"] = "Tcp",
            ["sourcePortRange"] = "*",
            ["destinationAddressPrefix"] = "*",
            ["destinationPortRange"] = (context.Communicator.Ssh?.Port ?? 22).ToString(CultureInfo.InvariantCulture),
        };
        if (network.AllowedCidrs.Count > 0) rule["sourceAddressPrefixes"] = new JsonArray([.. network.AllowedCidrs.Select(c => (JsonNode)c)]);
        else rule["sourceAddressPrefix"] = IsPublic ? "*" : "VirtualNetwork";
        return new() { ["securityRules"] = new JsonArray(new JsonObject { ["name"] = "image-builder", ["properties"] = rule }) };
    }

    private static JsonObject Configuration(string subnet, ResourceIdentifier? address)
    {
        var configuration = new JsonObject { ["subnet"] = new JsonObject { ["id"] = subnet }, ["privateIPAllocationMethod"] = "Dynamic" };
        if (address is not null) configuration["publicIPAddress"] = Reference(address);
        return configuration;
    }

    private static JsonObject Reference(ResourceIdentifier id) => new() { ["id"] = id.ToString() };
}

/// <summary>What connects a machine.</summary>
internal sealed record MachineNetwork(ResourceIdentifier Interface, ResourceIdentifier? PublicAddress);
