using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

[Trait("Category", "Cloud")]
public sealed class GcpFaultTests(ITestOutputHelper output) : FaultContract(output)
{
    protected override int DefaultStride => 9;

    protected override string DeniedHint => "needs the permission compute.";

    protected override string ExpiredHint => "does not take the credentials";

    protected override string Capture => "compute.images.insert";

    protected override IReadOnlyList<string> Makes => ["compute.instances.insert", "compute.images.insert"];

    private protected override CloudSite Open() => new GcpSite();

    private protected override void AssertMadeOnce(CloudSite site, string call) =>
        Assert.Single(((GcpSite)site).Cloud.Requests.Where(r => r.Method == call).Select(r => r["requestId"]).Distinct());

    protected override bool IsPoll(string call) => call.Contains(".get", StringComparison.Ordinal);

    protected override bool IsUndo(string call) => call.EndsWith(".delete", StringComparison.Ordinal);

    protected override bool IsDispensable(string call) => IsUndo(call);
}
