using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Qemu;

/// <summary>Real QEMU machines, in real time, with a guest that boots in a moment.</summary>
[Trait("Category", "Vm")]
public sealed class QemuContractTests(ITestOutputHelper output) : PlatformContract(output)
{
    protected override int DefaultStride => 7;

    private protected override async Task<Site> OpenAsync() => await QemuSite.OpenAsync();
}
