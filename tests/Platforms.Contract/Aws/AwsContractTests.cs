using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

[assembly: AssemblyFixture(typeof(Moto))]

namespace ImageOperator.Platforms.Contract.Tests.Aws;

[Trait("Category", "Cloud")]
public sealed class AwsContractTests(Moto moto, ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 59;

    private protected override Task<Site> OpenAsync() => Task.FromResult<Site>(new AwsSite(moto));
}
