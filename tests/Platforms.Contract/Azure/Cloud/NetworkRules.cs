using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Networks: what is in use cannot go.</summary>
internal sealed class NetworkRules(ArmCloud cloud)
{
    public ArmAnswer? Refuse(JsonObject nic)
    {
        var configuration = nic["properties"]?["ipConfigurations"]?[0]?["properties"];
        foreach (var id in new[] { nic["properties"]?["networkSecurityGroup"]?["id"], configuration?["publicIPAddress"]?["id"], configuration?["subnet"]?["id"] })
        {
            if (id is null) continue;
            var text = id.GetValue<string>();
            var owner = text.Contains("/subnets/", StringComparison.Ordinal) ? text[..text.IndexOf("/subnets/", StringComparison.Ordinal)] : text;
            if (cloud.Find(owner) is not { } found) return ArmAnswer.Error(400, "InvalidResourceReference", $"Resource {text} referenced by resource was not found.");
            if (found.State is not ("Succeeded" or "Updating")) return ArmAnswer.Error(429, "ReferencedResourceNotProvisioned", $"Cannot proceed with operation because resource {text} is not in Succeeded state.");
        }

        return null;
    }

    public (TimeSpan Length, Func<Task> Done) Make(ArmThing thing) => (cloud.Timings.Network, () =>
    {
        if (thing.Type == ResourceRules.Address) thing.Properties["ipAddress"] = cloud.Addresses(cloud.NextNumber());
        if (thing.Type == ResourceRules.Interface) thing.Properties["ipConfigurations"]![0]!["properties"]!["privateIPAddress"] = $"10.0.0.{4 + (cloud.NextNumber() % 200)}";
        return Task.CompletedTask;
    }
    );

    public ArmAnswer? RefuseDelete(ArmThing thing)
    {
        var interfaces = cloud.Things.Where(t => t.Type == ResourceRules.Interface).ToList();
        return thing.Type switch
        {
            ResourceRules.Interface when cloud.Things.Any(t => t.Type == ResourceRules.Machine && Is(t.Text("networkProfile", "networkInterfaces", "id"), thing)) =>
                ArmAnswer.Error(400, "NicInUse", $"Network Interface {thing.Name} is used by existing resource."),
            ResourceRules.Address when interfaces.Exists(i => Is(i.Text("ipConfigurations", "properties", "publicIPAddress", "id"), thing)) =>
                ArmAnswer.Error(400, "PublicIPAddressCannotBeDeleted", $"Public IP address {thing.Name} can not be deleted since it is still allocated to resource."),
            ResourceRules.SecurityGroup when interfaces.Exists(i => Is(i.Text("networkSecurityGroup", "id"), thing)) =>
                ArmAnswer.Error(400, "InUseNetworkSecurityGroupCannotBeDeleted", $"Network security group {thing.Name} cannot be deleted because it is in use."),
            ResourceRules.Network when interfaces.Exists(i => i.Text("ipConfigurations", "properties", "subnet", "id")?.StartsWith(thing.Id + "/", StringComparison.OrdinalIgnoreCase) == true) =>
                ArmAnswer.Error(400, "InUseSubnetCannotBeDeleted", $"Subnet machines is in use by a network interface and cannot be deleted."),
            _ => null,
        };
    }

    private static bool Is(string? id, ArmThing thing) => string.Equals(id, thing.Id, StringComparison.OrdinalIgnoreCase);
}
