using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms;

/// <summary>Who the builder is for the platform. Exactly one of secretRef and serviceAccountName must be set.</summary>
[CelRule("has(self.secretRef) != has(self.serviceAccountName)", OneKind)]
[CelRule("!has(self.tokenAudience) || has(self.serviceAccountName)", AudienceAlone, FieldPath = ".tokenAudience")]
public sealed record PlatformCredentials
{
    internal const string OneKind = "exactly one of secretRef and serviceAccountName must be set; without credentials the builder is what its node is";
    internal const string AudienceAlone = "tokenAudience belongs to serviceAccountName: set serviceAccountName, or remove tokenAudience";

    /// <summary>
    /// A Secret in the namespace of the pod, mounted as files; the operator never reads it. Its keys for AWS: accessKeyId, secretAccessKey and,
    /// if they are temporary, sessionToken; for Azure: clientSecret, or clientCertificate (PEM, with its private key); for Google Cloud: key.json, the
    /// JSON of a service account's key or of another credential configuration.
    /// </summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>
    /// The service account, in the namespace of the pod, that the platform trusts (workload identity): the pods run as it, and get a
    /// token of it for the platform.
    /// </summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(Names.SubdomainPattern)]
    public string? ServiceAccountName { get; init; }

    /// <summary>
    /// For whom the service account's token is made. Unset: sts.amazonaws.com for AWS, api://AzureADTokenExchange for Azure, and for Google Cloud the
    /// provider, as Google asks for it.
    /// </summary>
    [Bounds(Min = 1, Max = 512)]
    public string? TokenAudience { get; init; }
}
