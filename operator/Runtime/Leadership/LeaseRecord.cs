using k8s.Models;

namespace ImageOperator.Runtime.Leadership;

/// <summary>The states of a Lease. Those that change one keep its resource version: the server's precondition.</summary>
internal static class LeaseRecord
{
    public static V1Lease New(ObjectKey key, string identity, TimeSpan duration, DateTime now) => new()
    {
        Metadata = new() { Name = key.Name, NamespaceProperty = key.Namespace },
        Spec = new() { HolderIdentity = identity, LeaseDurationSeconds = Seconds(duration), AcquireTime = now, RenewTime = now, LeaseTransitions = 0 },
    };

    public static V1Lease Renewed(V1Lease lease, string identity, TimeSpan duration, DateTime now)
    {
        var same = lease.Spec.HolderIdentity == identity;
        return With(lease, new()
        {
            HolderIdentity = identity,
            LeaseDurationSeconds = Seconds(duration),
            AcquireTime = same ? lease.Spec.AcquireTime ?? now : now,
            RenewTime = now,
            LeaseTransitions = (lease.Spec.LeaseTransitions ?? 0) + (same ? 0 : 1),
        });
    }

    public static V1Lease Released(V1Lease lease, DateTime now) => With(lease, new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = 1,
        AcquireTime = now,
        RenewTime = now,
        LeaseTransitions = lease.Spec.LeaseTransitions,
    });

    private static V1Lease With(V1Lease lease, V1LeaseSpec spec) => new() { Metadata = lease.Metadata, Spec = spec };

    private static int Seconds(TimeSpan duration) => Math.Max(1, (int)Math.Ceiling(duration.TotalSeconds));
}
