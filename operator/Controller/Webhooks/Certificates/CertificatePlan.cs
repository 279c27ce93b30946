namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>What becomes of the certificates now: a pure function but for the keys' randomness.</summary>
/// <remarks>
/// A new authority is trusted (<see cref="CertificateSet.Next"/>) an overlap before it signs, and the old one an overlap after:
/// whatever mixture of old and new the API servers and the replicas hold, each handshake finds its authority in the bundle.
/// </remarks>
internal static class CertificatePlan
{
    /// <param name="set">What the Secret holds; null if that is of no use.</param>
    /// <param name="names">The names that the webhook is called by.</param>
    /// <param name="now">The time.</param>
    /// <param name="periods">How long things live.</param>
    /// <returns>What the Secret shall hold, and why it changes; null if it does not.</returns>
    public static (CertificateSet Set, string? Why) Decide(CertificateSet? set, IReadOnlyList<string> names, DateTimeOffset now, CertificatePeriods periods)
    {
        if (set?.Authority.Validity() is not { } life || !life.Holds(now)) return (New(names, now, periods), set is null ? "there were none" : "the authority was not valid");
        List<string> why = [];
        set = Rotate(set, life, now, periods, why);
        var serving = set.Serving.Validity();
        if (serving?.IsWorn(now) != false || !CertificateAuthority.IsFor(set.Serving, set.Authority.Certificate, names, now))
        {
            set = set with { Serving = CertificateAuthority.Issue(set.Authority, names, now, periods) };
            why.Add("a new serving certificate");
        }

        return (set, why.Count > 0 ? string.Join(", ", why) : null);
    }

    private static CertificateSet Rotate(CertificateSet set, Validity life, DateTimeOffset now, CertificatePeriods periods, List<string> why)
    {
        if (set.Next is not null && set.Next.Validity() is null)
        {
            why.Add("the next authority could not be read");
            set = set with { Next = null };
        }

        if (set.Next?.Validity() is { } next)
        {
            if (now < MadeAt(next) + periods.Overlap) return set;
            why.Add("the new authority signs");
            return set with { Authority = set.Next, Next = null, Previous = set.Authority.Certificate };
        }

        if (set.Previous is not null && now >= MadeAt(life) + (2 * periods.Overlap))
        {
            why.Add("the old authority is forgotten");
            set = set with { Previous = null };
        }

        if (!life.IsWorn(now)) return set;
        why.Add("a new authority is announced");
        return set with { Next = CertificateAuthority.Create(now, periods) };

        DateTimeOffset MadeAt(Validity of) => of.From + periods.Backdate;
    }

    private static CertificateSet New(IReadOnlyList<string> names, DateTimeOffset now, CertificatePeriods periods)
    {
        var authority = CertificateAuthority.Create(now, periods);
        return new() { Authority = authority, Serving = CertificateAuthority.Issue(authority, names, now, periods) };
    }
}
