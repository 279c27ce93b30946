using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

[Trait("Category", "Cloud")]
public sealed class AzureContractTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 71;

    private protected override Task<Site> OpenAsync() => Task.FromResult<Site>(new AzureSite());
}
