namespace ImageOperator.Controller.Webhooks;

/// <summary>Settings of the admission webhook.</summary>
internal sealed class WebhookOptions
{
    /// <summary>Whether it is served.</summary>
    public bool Enabled { get; set; }

    /// <summary>Its port; 0 takes any free one.</summary>
    public int Port { get; set; } = 9443;

    /// <summary>Where the certificate comes from.</summary>
    public CertificateSource CertificateSource { get; set; } = CertificateSource.SelfManaged;

    /// <summary>The operator's own namespace, for SelfManaged; unset takes <c>LeaderElection:Namespace</c>.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>The Service through which the API server calls, for SelfManaged: it stands in the certificate.</summary>
    public string ServiceName { get; set; } = "image-operator-webhook";

    /// <summary>The Secret that the certificates are kept in, for SelfManaged.</summary>
    public string SecretName { get; set; } = "image-operator-webhook-tls";

    /// <summary>The ValidatingWebhookConfiguration that gets the authority, for SelfManaged.</summary>
    public string ConfigurationName { get; set; } = "image-operator";

    /// <summary>Further names and addresses in the certificate, for SelfManaged.</summary>
    public IList<string> ExtraNames { get; } = [];

    /// <summary>The folder with <c>tls.crt</c> and <c>tls.key</c>, for Files.</summary>
    public string CertificateDirectory { get; set; } = "/etc/image-operator/webhook";

    /// <summary>The names that stand in the certificate.</summary>
    public IReadOnlyList<string> Names => [$"{ServiceName}.{Namespace}.svc", $"{ServiceName}.{Namespace}", .. ExtraNames];
}

/// <summary>Where the webhook's certificate comes from.</summary>
internal enum CertificateSource
{
    /// <summary>The operator makes and rotates it, in a Secret of its namespace.</summary>
    SelfManaged,

    /// <summary>Files that someone else renews, cert-manager for example.</summary>
    Files,
}
