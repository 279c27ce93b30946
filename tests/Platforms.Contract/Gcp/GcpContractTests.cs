using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The contract, on the double; on a project of Google Cloud where the environment names one.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpContractTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 11;

    private protected override Task<Site> OpenAsync() => Task.FromResult<Site>(GcpProject.OfEnvironment() is { } project ? project : new GcpSite());
}
