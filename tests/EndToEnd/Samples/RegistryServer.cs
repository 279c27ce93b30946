using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.EndToEnd.Tests.Testbed;

namespace ImageOperator.EndToEnd.Tests.Samples;

/// <summary>Debian's docker-registry in the cluster's network, with TLS and a password.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    public const string Password = "s3cret-registry";
    private const string NodeAddress = "10.123.0.1";

    /// <summary>bcrypt of the password.</summary>
    private const string Htpasswd = "robot:$2b$05$abcdefghijklmnopqrstuu2PM.CK/c6oWfv6epfx.iEKsZ1xTyVpm\n";

    private readonly Cluster _cluster;
    private readonly string _folder;
    private readonly int _port = FreePort();

    private RegistryServer(Cluster cluster, string folder) => (_cluster, _folder) = (cluster, folder);

    public string Host => $"{NodeAddress}:{_port.ToString(CultureInfo.InvariantCulture)}";

    public string Authority { get; private set; } = "";

    public static async Task<RegistryServer> StartAsync(Cluster cluster, string folder)
    {
        var server = new RegistryServer(cluster, folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(NodeAddress));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        server.Authority = certificate.ExportCertificatePem();
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), server.Authority);
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), Htpasswd);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.yml"), $"""
            version: 0.1
            log: {"{"}level: warn{"}"}
            storage: {"{"}filesystem: {"{"}rootdirectory: {folder}/data{"}"}, delete: {"{"}enabled: true{"}"}{"}"}
            http: {"{"}addr: "{server.Host}", tls: {"{"}certificate: {folder}/tls.crt, key: {folder}/tls.key{"}"}{"}"}
            auth: {"{"}htpasswd: {"{"}realm: images, path: {folder}/htpasswd{"}"}{"}"}

            """);
        await cluster.DevClusterAsync("exec", "/bin/sh", "-c", $"docker-registry serve '{folder}/config.yml' > '{folder}/registry.log' 2>&1 & echo $! > '{folder}/registry.pid'");
        return server;
    }

    /// <summary>A file that the registry keeps, as it stands on its disk; null if there is none.</summary>
    public string? Blob(string digest)
    {
        var hex = digest.Split(':')[1];
        var path = Path.Combine(_folder, "data/docker/registry/v2/blobs/sha256", hex[..2], hex, "data");
        return File.Exists(path) ? path : null;
    }

    /// <summary>The digest of a tag.</summary>
    public string Tag(string repository, string tag) => File.ReadAllText(Path.Combine(_folder, "data/docker/registry/v2/repositories", repository, "_manifests/tags", tag, "current/link")).Trim();

    // Its id is one of the cluster's own.
    public async ValueTask DisposeAsync() => await _cluster.DevClusterAsync("exec", "/bin/sh", "-c", $"kill $(cat '{_folder}/registry.pid')");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
