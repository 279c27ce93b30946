using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Testing.Processes;

namespace ImageOperator.Testing.Servers;

/// <summary>A real etcd and a real API server on free loopback ports, with this tree's CRDs and roles: they can be killed, frozen and compacted.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private const string AdminToken = "admin-token";

    /// <summary>The code (gRPC) with which etcd says that a revision is compacted already.</summary>
    private const int OutOfRange = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ControlPlaneOptions options;
    private readonly int etcdPort = FreePort.Next();
    private readonly int etcdPeerPort = FreePort.Next();
    private readonly int port = FreePort.Next();
    private readonly List<ChildProcess> others = [];
    private ChildProcess? server;

    private ControlPlane(ControlPlaneOptions options)
    {
        this.options = options;
        Folder = Directory.CreateTempSubdirectory("control-plane-").FullName;
        Http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true })
        {
            BaseAddress = new($"https://127.0.0.1:{port}/"),
            Timeout = TimeSpan.FromSeconds(30),
            DefaultRequestHeaders = { { "Authorization", $"Bearer {AdminToken}" } },
        };
    }

    /// <summary>Logs, keys and kubeconfigs; it goes with the control plane.</summary>
    public string Folder { get; }

    /// <summary>As the administrator.</summary>
    public HttpClient Http { get; }

    public Uri Address => Http.BaseAddress!;

    public string AdminKubeconfig => Path.Combine(Folder, "admin.kubeconfig");

    public string AuditLog => Path.Combine(Folder, "audit.log");

    public ChildProcess ApiServer => server ?? throw new InvalidOperationException("it was not started");

    private string EtcdUrl => $"http://127.0.0.1:{etcdPort}";

    public static async Task<ControlPlane> StartAsync(ControlPlaneOptions options)
    {
        var plane = new ControlPlane(options);
        try
        {
            plane.WriteFiles();
            plane.others.Add(plane.Start(
                "etcd", options.Etcd, "--data-dir", Path.Combine(plane.Folder, "etcd"), "--unsafe-no-fsync", "--log-level", "warn",
                "--listen-client-urls", plane.EtcdUrl, "--advertise-client-urls", plane.EtcdUrl,
                "--listen-peer-urls", $"http://127.0.0.1:{plane.etcdPeerPort}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{plane.etcdPeerPort}",
                "--initial-cluster", $"default=http://127.0.0.1:{plane.etcdPeerPort}"));
            await plane.StartApiServerAsync();
            if (options.Controllers) plane.StartControllers();
            await Manifests.InstallAsync(plane.Http, options.Repository);
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    public string WriteKubeconfig(string name, string token)
    {
        var file = Path.Combine(Folder, name + ".kubeconfig");
        File.WriteAllText(file, $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{{Address}}}", insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {token: {{{token}}} }}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        return file;
    }

    /// <summary>Also again after it was killed. Ready, but it may still refuse what it has not read yet.</summary>
    public async Task StartApiServerAsync()
    {
        string[] audit = options.Audit
            ? [$"--audit-policy-file={Folder}/audit-policy.yaml", $"--audit-log-path={AuditLog}", "--audit-log-mode=batch", "--audit-log-batch-max-wait=1s"]
            : [];
        server?.Dispose();
        server = Start(
            "apiserver", Path.Combine(options.Binaries, "kube-apiserver"),
            [
                $"--etcd-servers={EtcdUrl}", "--bind-address=127.0.0.1", $"--secure-port={port}", "--endpoint-reconciler-type=none",
                $"--cert-dir={Folder}/certs", $"--token-auth-file={Folder}/tokens.csv", "--authorization-mode=RBAC",
                "--service-account-issuer=https://kubernetes.default.svc", $"--service-account-key-file={Folder}/sa.pub",
                $"--service-account-signing-key-file={Folder}/sa.key", "--api-audiences=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/24", .. audit,
            ]);
        await Eventually.HoldsAsync(IsReadyAsync, Patience, () => $"see {Folder}/apiserver.log");
    }

    /// <summary>Forgets etcd's history: every older resource version is gone.</summary>
    public async Task CompactAsync()
    {
        using var http = new HttpClient();
        var range = await PostAsync("kv/range", new { key = Convert.ToBase64String("/"u8), limit = 1 });
        await PostAsync("kv/compaction", new { revision = range.GetProperty("header").GetProperty("revision").GetString(), physical = true });

        async Task<JsonElement> PostAsync(string path, object body)
        {
            using var response = await http.PostAsJsonAsync(new Uri($"{EtcdUrl}/v3/{path}"), body);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            // Nothing was written since the last time, or the API server was faster.
            if (answer.TryGetProperty("code", out var code) && code.GetInt32() == OutOfRange) return answer;
            response.EnsureSuccessStatusCode();
            return answer;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in (ChildProcess?[])[.. others.AsEnumerable().Reverse(), server])
        {
            if (process is null) continue;
            await process.KillAsync();
            process.Dispose();
        }

        Http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private ChildProcess Start(string name, string program, params string[] arguments) =>
        ChildProcess.Start(Path.Combine(Folder, name + ".log"), new Dictionary<string, string>(), [program, .. arguments]);

    private void StartControllers() => others.Add(Start(
        "controller-manager", Path.Combine(options.Binaries, "kube-controller-manager"),
        $"--kubeconfig={AdminKubeconfig}", $"--service-account-private-key-file={Folder}/sa.key", "--leader-elect=false", "--port=0", "--secure-port=0",
        "--kube-api-qps=500", "--kube-api-burst=500", "--controllers=*,-nodelifecycle,-nodeipam,-podgc,-ttl,-attachdetach"));

    private async Task<bool> IsReadyAsync()
    {
        if (ApiServer.HasExited) throw new InvalidOperationException($"kube-apiserver ended: {string.Join(Environment.NewLine, File.ReadLines(Path.Combine(Folder, "apiserver.log")).TakeLast(5))}");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var response = await Http.GetAsync(new Uri(Address, "readyz"), limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void WriteFiles()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(Path.Combine(Folder, "sa.key"), key.ExportRSAPrivateKeyPem());
        File.WriteAllText(Path.Combine(Folder, "sa.pub"), key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(Path.Combine(Folder, "tokens.csv"), $"{AdminToken},admin,1,system:masters\n");
        File.WriteAllText(Path.Combine(Folder, "audit-policy.yaml"), "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n");
        WriteKubeconfig("admin", AdminToken);
    }
}
