using ImageOperator.Controller.Webhooks;
using ImageOperator.Controller.Webhooks.Certificates;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Controller.Tests.Webhooks;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly FakeTimeProvider time = new(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("webhook-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Swapped_NewConnectionsGetTheNewCertificate()
    {
        var (first, second) = (Issue(), Issue());
        Mount("1", first);
        await using var server = await StartAsync();
        await ShownAsync(server, first);

        Mount("2", second);

        await ShownAsync(server, second);
    }

    [Fact]
    public async Task NotThereYet_ServedWhenItComes()
    {
        await using var server = await StartAsync();
        Assert.Null(await server.HandshakeAsync());
        Assert.Equal("no certificate yet", server.Serving.Problem);
        var late = Issue();

        Mount("1", late);

        await ShownAsync(server, late);
        Assert.Null(server.Serving.Problem);
    }

    [Fact]
    public async Task KeyOfAnother_OldOneStaysInUse()
    {
        var (first, second) = (Issue(), Issue());
        Mount("1", first);
        await using var server = await StartAsync();
        await ShownAsync(server, first);

        Mount("2", first with { Key = second.Key });
        time.Advance(TimeSpan.FromMinutes(1));
        await ShownAsync(server, first);

        Mount("3", second);
        await ShownAsync(server, second);
    }

    private Task<WebhookServer> StartAsync() =>
        WebhookServer.StartAsync(new() { CertificateSource = CertificateSource.Files, CertificateDirectory = folder.FullName }, time);

    private KeyPair Issue()
    {
        var authority = CertificateAuthority.Create(time.GetUtcNow(), new());
        return CertificateAuthority.Issue(authority, ["127.0.0.1"], time.GetUtcNow(), new());
    }

    /// <summary>As kubelet mounts a Secret: files are links through a link, which is swapped as a whole.</summary>
    private void Mount(string version, KeyPair pair)
    {
        var data = folder.CreateSubdirectory($"..{version}").FullName;
        File.WriteAllText(Path.Combine(data, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(data, "tls.key"), pair.Key);
        var link = Path.Combine(folder.FullName, "..data");
        if (Directory.Exists(link)) Directory.Delete(link);
        Directory.CreateSymbolicLink(link, data);
        foreach (var name in (string[])["tls.crt", "tls.key"])
        {
            var file = Path.Combine(folder.FullName, name);
            if (!File.Exists(file)) File.CreateSymbolicLink(file, Path.Combine("..data", name));
        }
    }

    private async Task ShownAsync(WebhookServer server, KeyPair expected)
    {
        using var certificate = expected.Open();
        for (var i = 0; i < 200; i++)
        {
            using var shown = await server.HandshakeAsync();
            if (shown?.Thumbprint == certificate.Thumbprint) return;
            // The files are looked at by the fake clock; the look itself runs beside us.
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail("the certificate is not served");
    }
}
