using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>
/// An etcd and a kube-apiserver of the tests' own, on free loopback ports: they can be killed, compacted and put behind a proxy.
/// Without the binaries the cluster that IMAGEOPERATOR_TEST_KUBECONFIG names serves the tests that do no harm. What cannot run is skipped, and says how to get it.
/// </summary>
public sealed class ApiServerFixture : IAsyncLifetime
{
    private const string AdminToken = "admin-token";
    private const string NobodyToken = "nobody-token";
    private readonly string folder = Directory.CreateTempSubdirectory("runtime-tests-").FullName;
    private readonly int etcdPort = FreePort.Next();
    private readonly int etcdPeerPort = FreePort.Next();
    private ChildProcess? etcd;
    private ChildProcess? server;
    private readonly int port = FreePort.Next();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> namespaces = [];
    private string? missing;

    /// <summary>The port of the server of our own.</summary>
    public int Port
    {
        get
        {
            Assert.SkipWhen(missing is not null, missing ?? "");
            return port;
        }
    }

    private static string? ExternalKubeconfig => Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_KUBECONFIG");

    private static string ServerBinary => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".cache"),
        "imageoperator/k8s/bin/kube-apiserver");

    private static string? EtcdBinary => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "etcd")).FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(ServerBinary) || EtcdBinary is null)
        {
            missing = $"needs {ServerBinary} (config/dev/cluster/cluster.sh builds it) and etcd (Debian: etcd-server); "
                + "a cluster named by IMAGEOPERATOR_TEST_KUBECONFIG is enough for the tests that do not kill, compact or cut off the server";
            return;
        }

        WriteKeys();
        etcd = ChildProcess.Start(
            EtcdBinary, Path.Combine(folder, "etcd.log"), "--data-dir", Path.Combine(folder, "etcd"), "--unsafe-no-fsync",
            "--listen-client-urls", EtcdUrl, "--advertise-client-urls", EtcdUrl,
            "--listen-peer-urls", $"http://127.0.0.1:{etcdPeerPort}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{etcdPeerPort}",
            "--initial-cluster", $"default=http://127.0.0.1:{etcdPeerPort}");
        await StartServerAsync();
    }

    private string EtcdUrl => $"http://127.0.0.1:{etcdPort}";

    /// <summary>A client for the server, or for a proxy in front of it.</summary>
    internal IClient Client(int? port = null, TimeSpan? requestTimeout = null, string token = AdminToken) =>
        new ApiClient(new ApiTransport(Kubernetes(port, token), requestTimeout ?? TimeSpan.FromSeconds(20), TestMetrics.Create(), TimeProvider.System));

    /// <summary>A client without any permission.</summary>
    internal IClient Nobody() => Client(token: NobodyToken);

    internal Kubernetes Kubernetes(int? port = null, string token = AdminToken)
    {
        if (missing is not null && ExternalKubeconfig is { } kubeconfig && port is null && token == AdminToken)
        {
            return KubernetesFactory.Create(kubeconfig, "runtime-tests");
        }

        return KubernetesFactory.Create(
            new KubernetesClientConfiguration { Host = $"https://127.0.0.1:{port ?? Port}", AccessToken = token, SkipTlsVerify = true }, "runtime-tests");
    }

    /// <summary>A namespace for one test.</summary>
    internal async Task<string> NamespaceAsync()
    {
        var name = $"t-{Guid.NewGuid():N}"[..16];
        await Client().CreateAsync(new V1Namespace { Metadata = new() { Name = name } }, TestContext.Current.CancellationToken);
        namespaces.Enqueue(name);
        return name;
    }

    /// <summary>Kills the server as a crash does.</summary>
    public Task KillServerAsync()
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return server!.KillAsync();
    }

    public async Task StartServerAsync()
    {
        server = ChildProcess.Start(
            ServerBinary, Path.Combine(folder, "apiserver.log"),
            $"--etcd-servers={EtcdUrl}", "--bind-address=127.0.0.1", $"--secure-port={Port}", "--endpoint-reconciler-type=none",
            $"--cert-dir={folder}/certs", $"--token-auth-file={folder}/tokens.csv", "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc", $"--service-account-key-file={folder}/sa.pub", $"--service-account-signing-key-file={folder}/sa.key",
            "--service-cluster-ip-range=10.0.0.0/24", "--disable-admission-plugins=ServiceAccount", "--feature-gates=APIPriorityAndFairness=false");
        using var http = Http();
        await Eventually.True(
            async () =>
            {
                Assert.False(server.HasExited, $"kube-apiserver ended, see {folder}/apiserver.log");
                return await IsReadyAsync(http);
            },
            TimeSpan.FromSeconds(90), "the API server is ready");
    }

    /// <summary>Forgets etcd's history: every older resource version is gone.</summary>
    public async Task CompactAsync()
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        using var http = new HttpClient();
        var range = await PostAsync("kv/range", new { key = Base64("/"), limit = 1 });
        var revision = range.GetProperty("header").GetProperty("revision").GetString();
        await PostAsync("kv/compaction", new { revision, physical = true });

        async Task<System.Text.Json.JsonElement> PostAsync(string path, object body)
        {
            using var response = await http.PostAsJsonAsync(new Uri($"{EtcdUrl}/v3/{path}"), body);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (missing is not null)
        {
            // Someone else's cluster: leave nothing behind.
            foreach (var name in namespaces)
            {
                await Client().DeleteIfExistsAsync<V1Namespace>(new("", name), null, CancellationToken.None);
            }
        }

        foreach (var process in (ChildProcess?[])[server, etcd])
        {
            if (process is not null)
            {
                await process.KillAsync();
                process.Dispose();
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static HttpClient Http() => new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true })
    {
        Timeout = TimeSpan.FromSeconds(2),
        DefaultRequestHeaders = { { "Authorization", $"Bearer {AdminToken}" } },
    };

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"https://127.0.0.1:{Port}/readyz"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void WriteKeys()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(Path.Combine(folder, "sa.key"), key.ExportRSAPrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "sa.pub"), key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(Path.Combine(folder, "tokens.csv"), $"{AdminToken},admin,1,system:masters\n{NobodyToken},nobody,2\n");
    }
}
