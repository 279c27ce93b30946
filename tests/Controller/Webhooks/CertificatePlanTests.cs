using System.Security.Cryptography.X509Certificates;
using ImageOperator.Controller.Webhooks.Certificates;

namespace ImageOperator.Controller.Tests.Webhooks;

public sealed class CertificatePlanTests
{
    private static readonly string[] Names = ["image-operator-webhook.imageoperator-system.svc", "127.0.0.1"];
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly CertificatePeriods Short = new() { Authority = TimeSpan.FromDays(6), Serving = TimeSpan.FromDays(1) };

    [Fact]
    public void Decide_Nothing_MakesAll()
    {
        var (set, why) = CertificatePlan.Decide(null, Names, Start, new());

        Assert.Equal("there were none", why);
        Assert.True(Trusts(set.Bundle, set.Serving, Start));
        Assert.False(Trusts(CertificatePlan.Decide(null, Names, Start, new()).Set.Bundle, set.Serving, Start));
    }

    [Fact]
    public void Decide_Fresh_LeavesAll()
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());

        var (same, why) = CertificatePlan.Decide(set, Names, Start.AddDays(19), new());

        Assert.Null(why);
        Assert.Equal(set, same);
    }

    [Fact]
    public void Decide_WornServing_OnlyThatIsNew()
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());

        var (next, why) = CertificatePlan.Decide(set, Names, Start.AddDays(20), new());

        Assert.Equal("a new serving certificate", why);
        Assert.Equal(set.Authority, next.Authority);
        Assert.True(Trusts(set.Bundle, next.Serving, Start.AddDays(20)));
    }

    [Fact]
    public void Decide_OtherNames_NewServing()
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());

        Assert.NotNull(CertificatePlan.Decide(set, [.. Names, "other.example.com"], Start, new()).Why);
    }

    [Fact]
    public void Decide_AnotherAuthoritysServing_IsIssuedAnew()
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());
        var (other, _) = CertificatePlan.Decide(null, Names, Start, new());

        var (mended, why) = CertificatePlan.Decide(set with { Serving = other.Serving }, Names, Start, new());

        Assert.NotNull(why);
        Assert.True(Trusts(set.Bundle, mended.Serving, Start));
    }

    [Theory]
    [InlineData("authority")]
    [InlineData("serving")]
    [InlineData("next")]
    [InlineData("key")]
    public void Decide_Garbage_IsReplaced(string what)
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());
        var garbage = new KeyPair("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "x");
        set = what switch { "authority" => set with { Authority = garbage }, "serving" => set with { Serving = garbage }, "key" => set with { Serving = set.Serving with { Key = set.Authority.Key } }, _ => set with { Next = garbage } };

        var (mended, why) = CertificatePlan.Decide(set, Names, Start, new());

        Assert.NotNull(why);
        Assert.True(Trusts(mended.Bundle, mended.Serving, Start));
        Assert.DoesNotContain("AAAA", mended.Bundle, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_ExpiredWhileTheOperatorWasAway_MakesAllAnew()
    {
        var (set, _) = CertificatePlan.Decide(null, Names, Start, new());
        var late = Start.AddYears(3);

        var (next, why) = CertificatePlan.Decide(set, Names, late, new());

        Assert.Equal("the authority was not valid", why);
        Assert.True(Trusts(next.Bundle, next.Serving, late));
    }

    /// <summary>Through several authorities: replicas and API servers that are half an hour behind find each other at every time.</summary>
    [Fact]
    public void Decide_OverThreeAuthorities_NoHandshakeFailsOnTheWay()
    {
        var lag = TimeSpan.FromMinutes(30);
        var (set, _) = CertificatePlan.Decide(null, Names, Start, Short);
        var before = set;
        var authorities = new HashSet<string> { set.Authority.Certificate };
        var leaves = new HashSet<string> { set.Serving.Certificate };
        for (var now = Start; now < Start.AddDays(14); now += lag)
        {
            (set, var why) = CertificatePlan.Decide(CertificateSet.Read(set.Write()), Names, now, Short);
            foreach (var (bundle, serving) in new[] { (set.Bundle, set), (before.Bundle, set), (set.Bundle, before) })
            {
                if (why is not null) Assert.True(Trusts(bundle, serving.Serving, now), $"{now:u}: {why}");
            }

            before = set;
            authorities.Add(set.Authority.Certificate);
            leaves.Add(set.Serving.Certificate);
        }

        Assert.InRange(authorities.Count, 3, 5);
        Assert.InRange(leaves.Count, 18, 30);
        Assert.Null(set.Previous);
    }

    [Fact]
    public void Read_EmptySecret_IsNothing()
    {
        Assert.Null(CertificateSet.Read(null));
        Assert.Null(CertificateSet.Read(new Dictionary<string, byte[]> { ["tls.crt"] = [] }));
    }

    private static bool Trusts(string bundle, KeyPair serving, DateTimeOffset now)
    {
        using var leaf = serving.Open();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(bundle);
        return chain.Build(leaf) && Names.All(n => leaf.MatchesHostname(n));
    }
}
