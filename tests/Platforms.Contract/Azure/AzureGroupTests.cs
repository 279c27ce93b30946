using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>In a given resource group each thing has its entry in the ledger; and a gallery's version is the only result.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureGroupTests(ITestOutputHelper output)
{
    [Fact]
    public async Task KilledAroundItsCalls_TheGroupIsAsBefore()
    {
        await using var site = new AzureSite();
        site.Azure = site.Azure with { ResourceGroup = "images", Image = site.Azure.Image with { ManagedImage = null, Snapshot = null } };
        await new KillMatrix(
            output,
            "Microsoft.Network/networkSecurityGroups/write", "Microsoft.Network/networkInterfaces/write", "Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/deallocate/action",
            "Microsoft.Compute/snapshots/write", "Microsoft.Compute/galleries/images/write", "Microsoft.Compute/galleries/images/versions/write", "Microsoft.Resources/tags/write").RunAsync(site);
    }
}
