using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>What an organization does not let its projects do.</summary>
internal static partial class OrganizationPolicy
{
    /// <returns>The constraint that a message speaks of: <c>compute.vmExternalIpAccess</c>; null: none.</returns>
    public static string? In(string message) => Constraint().Match(message) is { Success: true } m ? m.Groups[1].Value : null;

    public static string HintOf(string constraint) => $"the organization's policy constraints/{constraint} does not allow it: " + constraint switch
    {
        "compute.vmExternalIpAccess" => "set gcp.network.connect: Iap (or Internal), or gcp.network.externalIp: false; or have the machine's name allowed",
        "compute.requireShieldedVm" => "set gcp.shieldedVm: {secureBoot: true}, with a source image that is made for it",
        "compute.trustedImageProjects" => "have gcp.source.project, and the build's own project for its tests, added to the policy, or name a source of a project that it trusts",
        "compute.disableGuestAttributesAccess" => "have the project exempted: the builder learns the machine's host keys by guest attributes",
        "compute.requireOsLogin" => "set gcp.osLogin: true",
        "compute.storageResourceUseRestrictions" => "have the projects of source and image added to the policy",
        "compute.restrictSharedVpcSubnetworks" or "compute.restrictSharedVpcHostProjects" => "name another gcp.network.subnetwork or gcp.network.project, or have this one added to the policy",
        "gcp.resourceLocations" => "name gcp.zones and gcp.image.storageLocation where it allows them",
        "gcp.restrictNonCmekServices" => "set gcp.disk.kmsKeyName and gcp.image.kmsKeyName",
        _ => "change the target to what it allows, or have the project exempted",
    };

    [GeneratedRegex("constraints/([a-z]+\\.[A-Za-z]+)")]
    private static partial Regex Constraint();
}
