using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Webhooks.Certificates;
using ImageOperator.Runtime.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Webhooks;

/// <summary>Putting the webhook into a host.</summary>
internal static class ServiceCollectionExtensions
{
    public static IServiceCollection AddAdmission(this IServiceCollection services, WebhookOptions webhook)
    {
        if (!webhook.Enabled) return services;
        services.AddSingleton<ServingCertificate>();
        services.AddSingleton(p => WithNamespace(p.GetRequiredService<IOptions<OperatorOptions>>().Value));
        return webhook.CertificateSource == CertificateSource.Files
            ? services.AddHostedService<CertificateFiles>()
            : services.AddHostedService<CertificateRotation>();
    }

    public static void ListenForAdmission(this KestrelServerOptions kestrel, WebhookOptions webhook)
    {
        if (!webhook.Enabled) return;
        kestrel.Limits.MaxRequestBodySize = AdmissionEndpoint.LargestBody;
        var serving = kestrel.ApplicationServices.GetRequiredService<ServingCertificate>();
        kestrel.ListenAnyIP(webhook.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(serving.Options()) });
        });
    }

    public static void MapAdmission(this WebApplication app, WebhookOptions webhook)
    {
        if (!webhook.Enabled) return;
        var serving = app.Services.GetRequiredService<ServingCertificate>();
        // Ready, so that the API server does not call a replica that cannot answer; not alive: the controllers work without it.
        app.Services.GetRequiredService<Readyz>().Add("webhook", () => serving.Problem);
        app.MapAdmission(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ImageOperator.Controller.Webhooks"));
    }

    private static WebhookOptions WithNamespace(OperatorOptions options)
    {
        if (options.Webhook.Namespace.Length == 0) options.Webhook.Namespace = options.LeaderElection.Namespace;
        return options.Webhook;
    }
}
