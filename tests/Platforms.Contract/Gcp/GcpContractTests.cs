using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

[Trait("Category", "Cloud")]
public sealed class GcpContractTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 11;

    private protected override Task<Site> OpenAsync() => Task.FromResult<Site>(new GcpSite());
}
