using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The contract of a build that logs in by OS Login and exports its image: stopped, interrupted, or doubled in the midst of the export.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpExportContractTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 83;

    private protected override Task<Site> OpenAsync()
    {
        var site = new GcpSite();
        site.Gcp = site.Gcp with { OsLogin = true, Export = new() { Storage = "gs://disks/web-lab-1.tar.gz", ServiceAccount = new() { Email = "worker@lab-project.iam.gserviceaccount.com" } } };
        return Task.FromResult<Site>(site);
    }
}
