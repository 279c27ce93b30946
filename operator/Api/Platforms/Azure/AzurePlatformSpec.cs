using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Azure;

/// <summary>A subscription and location of Azure.</summary>
public sealed record AzurePlatformSpec
{
    internal const string GuidPattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

    /// <summary>The subscription's ID.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public required string SubscriptionId { get; init; }

    /// <summary>The location, such as westeurope.</summary>
    [Bounds(Min = 2, Max = 64)]
    [Pattern("^[a-z0-9]+$")]
    public required string Location { get; init; }

    /// <summary>The resource group that images are made in. It must exist.</summary>
    [Bounds(Min = 1, Max = 90)]
    [Pattern("^[A-Za-z0-9_().-]*[A-Za-z0-9_()-]$")]
    public required string ResourceGroup { get; init; }

    /// <summary>Which of Azure's clouds.</summary>
    public AzureCloud Cloud { get; init; } = AzureCloud.AzureCloud;

    /// <summary>The tenant's ID, for a service account's token (workload identity). Unset: what the cluster injects.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public string? TenantId { get; init; }

    /// <summary>The client ID of the application or managed identity, for a service account's token or the node's identity. Unset: what the cluster injects, or the node's only identity.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public string? ClientId { get; init; }

    /// <summary>The URL of Azure Resource Manager, instead of the cloud's: for Azure Stack.</summary>
    [Bounds(Max = 2048)]
    [Pattern("^https://[^/@?#]+(/[^?#@]*)?$")]
    public string? ResourceManagerEndpoint { get; init; }

    /// <summary>The URL of the login authority, instead of the cloud's.</summary>
    [Bounds(Max = 2048)]
    [Pattern("^https://[^/@?#]+(/[^?#@]*)?$")]
    public string? AuthorityHost { get; init; }

    /// <summary>Certificate authorities (PEM) that the endpoints' certificates are of. Unset: the public ones.</summary>
    [Bounds(Max = EndpointForm.MaxBundle)]
    public string? CaBundle { get; init; }

    /// <summary>The network of machines that name none.</summary>
    public AzureNetwork? Network { get; init; }

    /// <summary>Tags of all that is made; a target's own tags are added and win.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
