using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Protocol;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Gcp;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Builds and probes by an ImagePlatform: who the builder is, and through whom it becomes that. Google's own library asks for the tokens.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpAccessTests(ITestOutputHelper output) : IDisposable
{
    private const string Builder = "builder@lab-project.iam.gserviceaccount.com";
    private const string Middle = "middle@lab-project.iam.gserviceaccount.com";
    private const string Images = "images@lab-project.iam.gserviceaccount.com";
    private const string Provider = "projects/1234/locations/global/workloadIdentityPools/clusters/providers/lab";

    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-gcp-").FullName;
    private readonly GoogleIdentity _identity = new();

    private static PlatformCredentials Secret => new() { SecretRef = new() { Name = "key" } };

    public void Dispose()
    {
        _identity.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task KeyOfASecret_IsTheBuilder()
    {
        Write("key.json", _identity.KeyOf(Builder));
        await BuildAsync(Secret, new() { Project = GcpSite.Project }, Builder, []);
    }

    [Fact]
    public async Task KeyOfASecret_ThroughOthers_BecomesTheLast()
    {
        Write("key.json", _identity.KeyOf(Builder));
        _identity.Impersonations.UnionWith([$"{Builder} > {Middle}", $"{Middle} > {Images}"]);
        await BuildAsync(Secret, new() { Project = GcpSite.Project, ImpersonateServiceAccounts = [Middle, Images] }, Images, [$"impersonate {Images} as {Builder}"]);
    }

    [Fact]
    public async Task TokenOfAServiceAccount_IsExchangedAndImpersonates()
    {
        Write("token", "a.b.c");
        _identity.Impersonations.Add($"federated > {Images}");
        await BuildAsync(
            new() { ServiceAccountName = "builders" }, new() { Project = GcpSite.Project, WorkloadIdentityProvider = Provider, ImpersonateServiceAccounts = [Images] }, Images,
            [$"sts //iam.googleapis.com/{Provider}", $"impersonate {Images} as federated"]);
    }

    /// <summary>Another universe's exchange, audience, impersonation and storage: nothing goes to Google's own.</summary>
    [Fact]
    public async Task TokenOfAServiceAccount_InAnotherUniverse_IsExchangedThere()
    {
        using var elsewhere = new GoogleIdentity { Domain = "cloud.example" };
        Write("token", "a.b.c");
        elsewhere.Impersonations.Add($"federated > {Images}");
        await using var site = Site(elsewhere);
        site.Cloud.Storage.Root = "https://storage.cloud.example";
        site.Cloud.Storage.Put("disks/disk.tar.gz");
        site.Access = new(
            new()
            {
                Gcp = new() { Project = GcpSite.Project, WorkloadIdentityProvider = Provider, ImpersonateServiceAccounts = [Images], UniverseDomain = "cloud.example" },
                Credentials = new() { ServiceAccountName = "builders" },
            },
            _folder);
        site.Gcp = site.Gcp with { Project = null, Source = new() { Storage = "gs://disks/disk.tar.gz" } };
        var tally = new Tally(site, output);
        await tally.CaseAsync("universe", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.Equal([$"sts //iam.cloud.example/{Provider}", $"impersonate {Images} as federated"], elsewhere.Asked.Distinct());
        });
        tally.AssertGood();
    }

    [Fact]
    public void Universe_HasItsServicesUnderItsDomain()
    {
        var own = GcpUniverse.Of(null);
        var other = GcpUniverse.Of(new() { Project = GcpSite.Project, UniverseDomain = "cloud.example" });

        Assert.Equal(("https://compute.googleapis.com", "wss://tunnel.cloudproxy.app", $"https://iam.googleapis.com/{Provider}"), (own.Compute, own.Tunnel, own.TokenAudience($"//iam.googleapis.com/{Provider}")));
        Assert.Equal(("https://compute.cloud.example", null, $"https://iam.cloud.example/{Provider}"), (other.Compute, other.Tunnel, other.TokenAudience(Provider)));
    }

    [Fact]
    public async Task Impersonation_ThatIsNotAllowed_TheProbeSaysSo()
    {
        Write("key.json", _identity.KeyOf(Builder));

        var result = await ProbeAsync(new() { Project = GcpSite.Project, ImpersonateServiceAccounts = [Images] });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains("iam.serviceAccounts.getAccessToken", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_SaysWhoTheBuilderIs()
    {
        Write("key.json", _identity.KeyOf(Builder));

        var result = await ProbeAsync(new() { Project = GcpSite.Project });

        Assert.Equal((ProbeOutcome.Works, Builder), (result.Outcome, result.Identity));
        Assert.Contains(GcpSite.Project, result.Message, StringComparison.Ordinal);
    }

    /// <summary>All at once: nobody has to grant one, and wait for the next.</summary>
    [Fact]
    public async Task Probe_NamesEveryPermissionThatIsMissing()
    {
        var role = GcpRoleTests.Documented();
        string[] missing = ["compute.projects.get", "compute.disks.create", "compute.images.create", "compute.instances.delete"];
        string[] further = ["compute.images.setIamPolicy", "compute.instances.attachDisk"];

        var result = await ProbeWithAsync(s => s.Permissions = role.Except(missing).Except(further).ToHashSet());

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.StartsWith($"{Builder} lacks permissions on the project lab-project: {string.Join(", ", missing.Order(StringComparer.Ordinal))}; it lacks, for targets that need them: ", result.Message, StringComparison.Ordinal);
        Assert.Contains("compute.images.setIamPolicy (gcp.image.shareWith), compute.instances.attachDisk (gcp.export)", result.Message, StringComparison.Ordinal);
        Assert.Contains("the role in docs/platforms/google-cloud.md", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WithoutAnyPermission_NamesAllThatEveryBuildNeeds()
    {
        var result = await ProbeWithAsync(s => s.Permissions = new HashSet<string>());

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        // As the pod tells it, whose last message is bounded.
        var told = ProbeResult.Read(result.Write())!;
        Assert.All(GcpRoleTests.Documented(), p => Assert.Contains(p, told.Message, StringComparison.Ordinal));
    }

    /// <summary>What only some targets need keeps nobody from building others.</summary>
    [Fact]
    public async Task Probe_WithoutWhatSomeTargetsNeed_WorksAndSaysSo()
    {
        var result = await ProbeWithAsync(s => s.Permissions = GcpRoleTests.Documented().Except(["compute.images.deprecate", "compute.images.list"]).ToHashSet());

        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        Assert.EndsWith("; it lacks, for targets that need them: compute.images.deprecate (gcp.image.olderImages, gcp.image.deprecateAfter), compute.images.list (gcp.image.olderImages)", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WithTheRole_HasNothingToAdd()
    {
        var result = await ProbeWithAsync(s => s.Permissions = GcpRoleTests.Documented().ToHashSet());

        Assert.Equal((ProbeOutcome.Works, $"the project lab-project of Google Cloud answers to {Builder}"), (result.Outcome, result.Message));
    }

    [Fact]
    public async Task Probe_WhereResourceManagerIsOff_WorksAndSaysHowToSwitchItOn()
    {
        var result = await ProbeWithAsync(s => s.ResourceManager = false);

        Assert.Equal(ProbeOutcome.Works, result.Outcome);
        Assert.Contains("gcloud services enable cloudresourcemanager.googleapis.com", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "has no key.json")]
    [InlineData("{\"type\": \"service_account\", \"private_key\": \"SECRETPART\"}", "no credential configuration")]
    [InlineData("SECRETPART", "no credential configuration")]
    public async Task SecretWithoutAUsableKey_IsRefusedByName_AndNothingOfItIsTold(string? key, string expected)
    {
        if (key is not null) Write("key.json", key);

        var result = await ProbeAsync(new() { Project = GcpSite.Project });

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
        Assert.Contains(expected, result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRETPART", result.Message, StringComparison.Ordinal);
    }

    private Task<ProbeResult> ProbeWithAsync(Action<GoogleCloud> prepare)
    {
        Write("key.json", _identity.KeyOf(Builder));
        return ProbeAsync(new GcpPlatformSpec { Project = GcpSite.Project }, prepare);
    }

    private async Task<ProbeResult> ProbeAsync(GcpPlatformSpec spec, Action<GoogleCloud>? prepare = null)
    {
        await using var site = Site();
        prepare?.Invoke(site.Cloud);
        return await new GcpProbe(site.Options(new Process(1))).ProbeAsync(
            new() { Platform = new() { Gcp = spec, Credentials = Secret }, Credentials = _folder, Cache = _folder, Time = TimeProvider.System }, CancellationToken.None);
    }

    private async Task BuildAsync(PlatformCredentials credentials, GcpPlatformSpec spec, string who, string[] asked)
    {
        await using var site = Site();
        site.Access = new(new() { Gcp = spec, Credentials = credentials }, _folder);
        site.Gcp = site.Gcp with { Project = null };
        var tally = new Tally(site, output);
        await tally.CaseAsync("access", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.All(site.Cloud.Requests, r => Assert.Equal(who, _identity.OwnerOf(r.Token)));
            Assert.Equal(asked, _identity.Asked.Distinct());
        });
        tally.AssertGood();
    }

    private GcpSite Site(GoogleIdentity? given = null)
    {
        var identity = given ?? _identity;
        // Google's library has a clock of its own.
        var site = new GcpSite(new QuickTime(20)) { Identity = identity };
        var soon = TimeSpan.FromSeconds(2);
        site.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon };
        site.Cloud.Knows = token => identity.OwnerOf(token) is not null;
        return site;
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
