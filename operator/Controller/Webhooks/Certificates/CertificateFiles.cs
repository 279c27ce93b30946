using System.Security.Cryptography;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>Serves the certificate of mounted files, cert-manager's for example, and the new one when they change. Files are looked at, not watched: a mount swaps them behind a link.</summary>
internal sealed class CertificateFiles(ServingCertificate serving, WebhookOptions options, TimeProvider time, ILogger<CertificateFiles> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private string? told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await LookAsync(stoppingToken).ConfigureAwait(false);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            var certificates = await File.ReadAllTextAsync(Path.Combine(options.CertificateDirectory, "tls.crt"), cancellationToken).ConfigureAwait(false);
            var key = await File.ReadAllTextAsync(Path.Combine(options.CertificateDirectory, "tls.key"), cancellationToken).ConfigureAwait(false);
            serving.Use(new(certificates, key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Also in the middle of a swap, when the key is another's: what is in use stays in use.
            problem = $"tls.crt and tls.key in {options.CertificateDirectory}: {e.Message}";
        }

        if (problem is not null && problem != told) AdmissionLog.Problem(logger, problem);
        told = problem;
    }
}
