using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using k8s;

namespace ImageOperator.Api.Tests.Cluster;

/// <summary>
/// A current API server of custom resources, with CEL: the one that IMAGEOPERATOR_TEST_CRD_KUBECONFIG names, or one of our own
/// (apiextensions-apiserver and etcd) if it has been built. Tests are skipped, and say how to get it, where there is neither.
/// </summary>
public sealed class CrdServer : IAsyncLifetime
{
    private const string HowTo = "no CRD server: run config/dev/cluster/crd-server.sh up (or build-crd-server.sh), or set IMAGEOPERATOR_TEST_CRD_KUBECONFIG";

    private readonly List<Process> processes = [];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("crd-server-");
    private TestServer? server;

    internal TestServer Server
    {
        get
        {
            Assert.SkipWhen(server is null, HowTo);
            return server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Environment.GetEnvironmentVariable("IMAGEOPERATOR_TEST_CRD_KUBECONFIG");
        var configuration = kubeconfig is { Length: > 0 } ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig) : await StartAsync();
        if (configuration is null) return;
        var started = new TestServer(configuration);
        await started.InstallAsync();
        server = started;
    }

    public async ValueTask DisposeAsync()
    {
        server?.Dispose();
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private async Task<KubernetesClientConfiguration?> StartAsync()
    {
        var program = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/k8s-cel/bin/crd-server");
        if (!File.Exists(program) || !File.Exists("/usr/bin/etcd")) return null;
        var (etcd, peer, port) = (FreePort(), FreePort(), FreePort());
        Start(
            "/usr/bin/etcd", "--data-dir", Path.Combine(folder.FullName, "etcd"), "--unsafe-no-fsync", "--log-level", "error",
            "--listen-client-urls", $"http://127.0.0.1:{etcd}", "--advertise-client-urls", $"http://127.0.0.1:{etcd}",
            "--listen-peer-urls", $"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
            "--initial-cluster", $"default=http://127.0.0.1:{peer}");
        Start(
            program, $"--etcd-servers=http://127.0.0.1:{etcd}", "--etcd-prefix=/crd-server", "--bind-address=127.0.0.1",
            $"--secure-port={port}", $"--cert-dir={Path.Combine(folder.FullName, "tls")}");
        var configuration = new KubernetesClientConfiguration { Host = $"https://127.0.0.1:{port}", SkipTlsVerify = true };
        using var probe = new TestServer(configuration);
        for (var i = 0; i < 300; i++)
        {
            if (await IsReadyAsync(probe)) return configuration;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new InvalidOperationException($"{program} did not become ready");
    }

    private static async Task<bool> IsReadyAsync(TestServer probe)
    {
        try
        {
            return (await probe.GetAsync("readyz")).Ok;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        processes.Add(process);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
