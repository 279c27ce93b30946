using ImageOperator.Runtime.Leadership;

namespace ImageOperator.Runtime.Tests.Leadership;

public sealed class LeaseRecordTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Renewed_ByTheSame_KeepsAcquireTimeAndTransitions()
    {
        var lease = LeaseRecord.New(new("ns", "l"), "a", TimeSpan.FromSeconds(15), Now);
        lease.Metadata.ResourceVersion = "4";
        var renewed = LeaseRecord.Renewed(lease, "a", TimeSpan.FromSeconds(15), Now.AddSeconds(2));
        Assert.Equal((Now, Now.AddSeconds(2), 0, "4"), (renewed.Spec.AcquireTime, renewed.Spec.RenewTime, renewed.Spec.LeaseTransitions, renewed.Metadata.ResourceVersion));
        var taken = LeaseRecord.Renewed(renewed, "b", TimeSpan.FromSeconds(15), Now.AddSeconds(30));
        Assert.Equal((Now.AddSeconds(30), 1), (taken.Spec.AcquireTime, taken.Spec.LeaseTransitions));
        var released = LeaseRecord.Released(taken, Now.AddSeconds(40));
        Assert.Equal(("", 1, 1), (released.Spec.HolderIdentity, released.Spec.LeaseDurationSeconds, released.Spec.LeaseTransitions));
    }
}
