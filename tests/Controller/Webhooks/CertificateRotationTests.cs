using System.Text;
using ImageOperator.Controller.Tests.Cluster;
using ImageOperator.Controller.Webhooks;
using ImageOperator.Controller.Webhooks.Certificates;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Leadership;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Controller.Tests.Webhooks;

/// <summary>Two replicas, the Secret and the configuration in a real API server, real handshakes; only the clock is ours.</summary>
[Trait("Category", "Cluster")]
public sealed class CertificateRotationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoReplicas_OverTwoYears_EveryHandshakeIsTrusted()
    {
        await using var cluster = await TestCluster.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new WebhookOptions { Namespace = cluster.Namespace, ConfigurationName = cluster.Namespace };
        await using var configuration = await Configuration.CreateAsync(cluster);
        await cluster.Client.CreateAsync(new V1Secret { Metadata = new() { Name = options.SecretName, NamespaceProperty = cluster.Namespace } }, Stop);
        await using var leader = await Replica.StartAsync(cluster, options, time, leads: true);
        await using var other = await Replica.StartAsync(cluster, options, time, leads: false);
        var (bundles, serials, old) = (new HashSet<string>(), new HashSet<string>(), "");

        // Coarse steps, and where an authority changes the fine ones that the overlap is made for.
        for (var end = time.GetUtcNow().AddYears(2); time.GetUtcNow() < end; time.Advance(old.Split("BEGIN").Length > 2 ? TimeSpan.FromMinutes(40) : TimeSpan.FromDays(9)))
        {
            Assert.Null(await leader.LookAsync());
            var bundle = await configuration.BundleAsync();
            // The other replica has not looked yet; the API server may not have read the new bundle yet.
            if (old.Length > 0)
            {
                Assert.True(await other.IsTrustedAsync(bundle), $"the other under the new bundle, {time.GetUtcNow():u}");
                Assert.True(await leader.IsTrustedAsync(old), $"the leader under the old bundle, {time.GetUtcNow():u}");
            }

            Assert.Null(await other.LookAsync());
            Assert.True(await leader.IsTrustedAsync(bundle) && await other.IsTrustedAsync(bundle), $"{time.GetUtcNow():u}");
            bundles.Add(bundle);
            serials.Add(await leader.SerialAsync());
            Assert.Equal(await leader.SerialAsync(), await other.SerialAsync());
            old = bundle;
        }

        Assert.True(bundles.Count >= 6, $"{bundles.Count} bundles: each change of authority makes three");
        Assert.True(serials.Count >= 25, $"{serials.Count} certificates");
    }

    /// <summary>A rollout that switches the webhook on: the leader is a replica of before, and goes only when a new one is ready.</summary>
    [Fact]
    public async Task NoLeaderThatServes_FirstCertificateIsMadeAllTheSameAndByOne()
    {
        await using var cluster = await TestCluster.StartAsync();
        var options = new WebhookOptions { Namespace = cluster.Namespace, ConfigurationName = cluster.Namespace };
        await using var configuration = await Configuration.CreateAsync(cluster);
        await cluster.Client.CreateAsync(new V1Secret { Metadata = new() { Name = options.SecretName, NamespaceProperty = cluster.Namespace } }, Stop);
        await using var first = await Replica.StartAsync(cluster, options, TimeProvider.System, leads: false);
        await using var second = await Replica.StartAsync(cluster, options, TimeProvider.System, leads: false);

        Assert.Null(await first.LookAsync());
        Assert.Null(await second.LookAsync());

        Assert.Equal(await first.SerialAsync(), await second.SerialAsync());
        await using var leader = await Replica.StartAsync(cluster, options, TimeProvider.System, leads: true);
        Assert.Null(await leader.LookAsync());
        Assert.True(await first.IsTrustedAsync(await configuration.BundleAsync()));
    }

    [Fact]
    public async Task SecretOrConfigurationGone_SaysSoAndGoesOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        var options = new WebhookOptions { Namespace = cluster.Namespace, ConfigurationName = cluster.Namespace };
        await using var leader = await Replica.StartAsync(cluster, options, TimeProvider.System, leads: true);

        Assert.Contains($"{options.SecretName} does not exist", await leader.LookAsync(), StringComparison.Ordinal);

        await cluster.Client.CreateAsync(new V1Secret { Metadata = new() { Name = options.SecretName, NamespaceProperty = cluster.Namespace } }, Stop);
        Assert.Contains($"ValidatingWebhookConfiguration {cluster.Namespace} does not exist", await leader.LookAsync(), StringComparison.Ordinal);
        await using var configuration = await Configuration.CreateAsync(cluster);
        Assert.Null(await leader.LookAsync());
        Assert.True(await leader.IsTrustedAsync(await configuration.BundleAsync()));
    }

    /// <summary>One replica's part.</summary>
    private sealed class Replica(WebhookServer server, CertificateRotation rotation, string name, TimeProvider time) : IAsyncDisposable
    {
        public static async Task<Replica> StartAsync(TestCluster cluster, WebhookOptions options, TimeProvider time, bool leads)
        {
            var server = await WebhookServer.StartAsync(new(), time);
            var rotation = new CertificateRotation(cluster.Client, new Leads(leads), server.Serving, options, time, NullLogger<CertificateRotation>.Instance);
            return new(server, rotation, options.Names[0], time);
        }

        public Task<string?> LookAsync() => rotation.LookAsync(Stop);

        public Task<bool> IsTrustedAsync(string bundle) => server.IsTrustedAsync(bundle, name, time.GetUtcNow());

        public async Task<string> SerialAsync()
        {
            using var shown = await server.HandshakeAsync();
            return shown!.SerialNumber;
        }

        public async ValueTask DisposeAsync()
        {
            rotation.Dispose();
            await server.DisposeAsync();
        }
    }

    private sealed class Configuration(TestCluster cluster) : IAsyncDisposable
    {
        public static async Task<Configuration> CreateAsync(TestCluster cluster)
        {
            await cluster.Client.CreateAsync(
                new V1ValidatingWebhookConfiguration
                {
                    Metadata = new() { Name = cluster.Namespace },
                    Webhooks =
                    [
                        new()
                        {
                            Name = "validate.imageoperator.dev",
                            AdmissionReviewVersions = ["v1"],
                            SideEffects = "None",
                            FailurePolicy = "Ignore",
                            ClientConfig = new() { Service = new() { Name = "none", NamespaceProperty = cluster.Namespace } },
                            NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["nobody"] = "matches" } },
                            Rules = [new() { ApiGroups = ["imageoperator.dev"], ApiVersions = ["v1alpha1"], Resources = ["*"], Operations = ["CREATE"] }],
                        },
                    ],
                },
                Stop);
            return new(cluster);
        }

        public async Task<string> BundleAsync() =>
            Encoding.ASCII.GetString((await cluster.Client.GetAsync<V1ValidatingWebhookConfiguration>(new("", cluster.Namespace), Stop)).Webhooks[0].ClientConfig.CaBundle);

        public async ValueTask DisposeAsync() =>
            await cluster.Client.DeleteIfExistsAsync<V1ValidatingWebhookConfiguration>(new("", cluster.Namespace), null, CancellationToken.None);
    }

    private sealed class Leads(bool leads) : ILeadership
    {
        public bool IsLeader => leads;

        public CancellationToken Lost => CancellationToken.None;

        public Task WaitUntilLeaderAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
