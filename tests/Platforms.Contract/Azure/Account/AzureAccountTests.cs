using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Account;

/// <summary>The contract against a real subscription: for whoever has one (<c>make conformance-azure</c>).</summary>
[Trait("Category", "Account")]
public sealed class AzureAccountTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 40;

    private protected override Task<Site> OpenAsync() => Task.FromResult<Site>(new AccountSite());
}
