using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Webhooks;
using ImageOperator.Controller.Webhooks.Certificates;
using ImageOperator.Runtime.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageOperator.Controller.Tests.Webhooks;

/// <summary>The webhook as the operator serves it, in this process and without the rest of it.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebhookServer(WebApplication app) => this.app = app;

    public ServingCertificate Serving => app.Services.GetRequiredService<ServingCertificate>();

    public Uri Address { get; private set; } = new("https://127.0.0.1");

    /// <param name="webhook">Settings; with a Files source the files are looked after, with SelfManaged the test does that.</param>
    /// <param name="time">The clock of the certificates.</param>
    public static async Task<WebhookServer> StartAsync(WebhookOptions webhook, TimeProvider time)
    {
        webhook.Enabled = true;
        webhook.Port = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time).AddSingleton<Readyz>();
        builder.Services.Configure<OperatorOptions>(o => o.Webhook = webhook);
        if (webhook.CertificateSource == CertificateSource.Files) builder.Services.AddAdmission(webhook);
        else builder.Services.AddSingleton<ServingCertificate>();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ListenForAdmission(webhook));
        var app = builder.Build();
        app.MapAdmission(webhook);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app) { Address = new(app.Urls.Single().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)) };
    }

    /// <summary>A real handshake: the certificate that was shown. Null if there was none.</summary>
    public async Task<X509Certificate2?> HandshakeAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Address.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }, TestContext.Current.CancellationToken);
            return new((X509Certificate2)tls.RemoteCertificate!);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return null;
        }
    }

    /// <summary>A real handshake of someone who trusts only this, at that time.</summary>
    public async Task<bool> IsTrustedAsync(string bundle, string name, DateTimeOffset at)
    {
        using var shown = await HandshakeAsync();
        if (shown is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(bundle);
        return chain.Build(shown) && shown.MatchesHostname(name);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
