using Azure.Core;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>Writes resource IDs.</summary>
internal static class ArmId
{
    public static ResourceIdentifier Group(string subscription, string group) => new($"/subscriptions/{subscription}/resourceGroups/{group}");

    public static ResourceIdentifier Of(ResourceIdentifier group, string type, string name)
    {
        var parts = type.Split('/');
        var names = name.Split('/');
        return new($"{group}/providers/{parts[0]}/{string.Join('/', parts[1..].Zip(names, (t, n) => $"{t}/{n}"))}");
    }

    public static bool IsGroup(ResourceIdentifier id) => id.ResourceType == "Microsoft.Resources/resourceGroups";
}
