using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>A project of Google Cloud.</summary>
public sealed record GcpPlatformSpec
{
    /// <summary>The project's ID.</summary>
    [Bounds(Min = 6, Max = 63)]
    [Pattern("^([a-z0-9.-]+:)?[a-z][a-z0-9-]*[a-z0-9]$")]
    public required string Project { get; init; }

    /// <summary>Zones, tried in order when one lacks capacity.</summary>
    [Bounds(Min = 1, Max = 16, MaxItemLength = 63)]
    [Pattern("^[a-z]+-[a-z]+[0-9]+-[a-z]$")]
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>The full name of the workload identity provider that trusts the cluster's service accounts. Without it the cluster's own (GKE) is relied on.</summary>
    [Bounds(Max = 512)]
    [Pattern("^//iam\\.[a-z0-9.-]+/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+$")]
    public string? WorkloadIdentityProvider { get; init; }

    /// <summary>The e-mail address of a service account of Google Cloud to impersonate.</summary>
    [Bounds(Max = 256)]
    [Pattern("^[a-z0-9-]+@[a-z0-9.-]+$")]
    public string? ImpersonateServiceAccount { get; init; }

    /// <summary>The universe of the cloud's services.</summary>
    [Bounds(Min = 3, Max = 253)]
    [Pattern("^[a-z0-9][a-z0-9.-]*[a-z0-9]$")]
    public string UniverseDomain { get; init; } = "googleapis.com";

    /// <summary>The URL of the Compute Engine API, instead of that of the universe: for private access.</summary>
    [Bounds(Max = 2048)]
    [Pattern(EndpointForm.UrlPattern)]
    public string? Endpoint { get; init; }

    /// <summary>The URL of the token services (STS, and the OAuth token of a key), instead of the universe's.</summary>
    [Bounds(Max = 2048)]
    [Pattern(EndpointForm.UrlPattern)]
    public string? TokenEndpoint { get; init; }

    /// <summary>Certificate authorities (PEM) that the endpoints' certificates are of. Unset: the public ones.</summary>
    [Bounds(Max = EndpointForm.MaxBundle)]
    public string? CaBundle { get; init; }

    /// <summary>The network of machines that name none.</summary>
    public GcpNetwork? Network { get; init; }

    /// <summary>Labels of all that is made; a target's own labels are added and win.</summary>
    [Bounds(Max = 56, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
