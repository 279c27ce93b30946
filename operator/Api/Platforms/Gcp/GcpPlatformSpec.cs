using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Gcp;

namespace ImageOperator.Api.Platforms.Gcp;

/// <summary>A project of Google Cloud.</summary>
public sealed record GcpPlatformSpec
{
    internal const string ProviderPattern = "^(//iam\\.[a-z0-9.-]+/)?projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/providers/[a-z0-9-]+$";

    /// <summary>The project's ID.</summary>
    [Bounds(Min = 6, Max = 64)]
    [Pattern(GcpTarget.ProjectPattern)]
    public required string Project { get; init; }

    /// <summary>Zones for targets that name none, tried in order.</summary>
    [Bounds(Max = 16, MaxItemLength = 32)]
    [Pattern(GcpTarget.ZonePattern)]
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>
    /// The workload identity pool's provider that trusts the service account of the credentials by its token. Without it the cluster's own injection (GKE) is
    /// relied on.
    /// </summary>
    [Bounds(Max = 512)]
    [Pattern(ProviderPattern)]
    public string? WorkloadIdentityProvider { get; init; }

    /// <summary>
    /// Service accounts that are impersonated one through the other: the builder is the last one, the ones before are its delegates.
    /// </summary>
    [Bounds(Max = 5, MaxItemLength = 254)]
    [Pattern(GcpServiceAccount.EmailPattern)]
    public IReadOnlyList<string> ImpersonateServiceAccounts { get; init; } = [];

    /// <summary>The universe's domain. Unset: googleapis.com.</summary>
    [Bounds(Min = 3, Max = 253)]
    [Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
    public string? UniverseDomain { get; init; }

    /// <summary>The URL of Compute Engine, instead of the universe's own: for private endpoints.</summary>
    [Bounds(Max = 2048)]
    [Pattern(EndpointForm.UrlPattern)]
    public string? Endpoint { get; init; }

    /// <summary>The URL of Identity-Aware Proxy's tunnels, instead of Google's own: <c>wss://…</c>. Another universe needs one for connect: Iap.</summary>
    [Bounds(Max = 2048)]
    [Pattern(EndpointForm.WebSocketPattern)]
    public string? TunnelEndpoint { get; init; }

    /// <summary>Certificate authorities (PEM) that are trusted beside the system's: for private endpoints.</summary>
    [Bounds(Max = EndpointForm.MaxBundle)]
    public string? CaBundle { get; init; }

    /// <summary>The network of machines that name none.</summary>
    public GcpNetwork? Network { get; init; }

    /// <summary>Whether targets that say nothing of it log in by OS Login, as an organization may want it (compute.requireOsLogin).</summary>
    public bool? OsLogin { get; init; }

    /// <summary>What becomes of what no build knows any more. Unset: it is told of in status.</summary>
    public GcpStrays? Strays { get; init; }

    /// <summary>Labels of all that is made; a target's own labels are added and win.</summary>
    [Bounds(Max = 40, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
