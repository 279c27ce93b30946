using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>
/// The names of what belongs to one machine of one attempt: short enough for all kinds of things, and no other attempt's, so that what an older attempt
/// does late meets nothing of a newer one.
/// </summary>
internal sealed record MachineNames(string Prefix)
{
    public static MachineNames Of(BuildIdentity identity, string purpose)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Key)))[..16];
        return new($"io-{hash}-{identity.Attempt.ToString(CultureInfo.InvariantCulture)}{purpose[0]}");
    }

    public string Group => $"imageoperator-{Prefix}";

    public string SecurityGroup => $"{Prefix}-nsg";

    public string Network => $"{Prefix}-vnet";

    public string PublicAddress(int place) => $"{Of(place)}-ip";

    public string Interface(int place) => $"{Of(place)}-nic";

    public string SourceImage => $"{Prefix}-source";

    public string Snapshot => $"{Prefix}-snapshot";

    /// <summary>Of the n-th place that was tried.</summary>
    public string Machine(int place) => Of(place);

    public string Disk(int place) => $"{Machine(place)}-os";

    private string Of(int place) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{place}");
}
