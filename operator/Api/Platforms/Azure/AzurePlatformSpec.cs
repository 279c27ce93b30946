using ImageOperator.Api.Schema;
using ImageOperator.Api.Targets.Azure;

namespace ImageOperator.Api.Platforms.Azure;

/// <summary>A subscription and region of Azure.</summary>
[CelRule("!has(self.cloud) || self.cloud != 'Custom' || (has(self.endpoint) && has(self.audience) && has(self.authorityHost))", CustomIsWhole, FieldPath = ".cloud")]
public sealed record AzurePlatformSpec
{
    internal const string CustomIsWhole = "Custom needs endpoint, audience and authorityHost";
    internal const string GuidPattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

    /// <summary>The subscription.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public required string SubscriptionId { get; init; }

    /// <summary>The region, such as westeurope.</summary>
    [Bounds(Min = 2, Max = 64)]
    [Pattern(AzureTarget.LocationPattern)]
    public required string Location { get; init; }

    /// <summary>The directory of the application that the credentials are of. Needed with a Secret and with a service account.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public string? TenantId { get; init; }

    /// <summary>The application that the credentials are of; without credentials the node's user-assigned identity.</summary>
    [Bounds(Max = 36)]
    [Pattern(GuidPattern)]
    public string? ClientId { get; init; }

    /// <summary>Which of Microsoft's clouds it is.</summary>
    public AzureCloud Cloud { get; init; }

    /// <summary>The URL of the resource manager, instead of the cloud's own.</summary>
    [Bounds(Max = 2048)]
    [Pattern("^https://[^/@?#]+(/[^?#@]*)?$")]
    public string? Endpoint { get; init; }

    /// <summary>Whom tokens for the resource manager are made for, instead of the cloud's own.</summary>
    [Bounds(Min = 1, Max = 2048)]
    public string? Audience { get; init; }

    /// <summary>The URL that tokens come from, instead of the cloud's own.</summary>
    [Bounds(Max = 2048)]
    [Pattern("^https://[^/@?#]+(/[^?#@]*)?$")]
    public string? AuthorityHost { get; init; }

    /// <summary>The domain of storage accounts, <c>core.windows.net</c>, instead of the cloud's own: blobs of the account images are at images.blob.core.windows.net.</summary>
    [Bounds(Max = 253)]
    [Pattern("^[a-z0-9-]+(\\.[a-z0-9-]+)+$")]
    public string? StorageDomain { get; init; }

    /// <summary>Certificate authorities (PEM) that the endpoints' certificates are of. Unset: the public ones.</summary>
    [Bounds(Max = EndpointForm.MaxBundle)]
    public string? CaBundle { get; init; }

    /// <summary>The resource group that temporary things of targets are made in which name none.</summary>
    [Bounds(Min = 1, Max = 90)]
    [Pattern(AzureTarget.GroupPattern)]
    public string? ResourceGroup { get; init; }

    /// <summary>The subnet of machines that name none, by resource ID.</summary>
    [Bounds(Max = 512)]
    [Pattern(AzureNetworking.SubnetPattern)]
    public string? SubnetId { get; init; }

    /// <summary>What becomes of what no build knows any more. Unset: it is told of in status.</summary>
    public AzureStrays? Strays { get; init; }

    /// <summary>Tags of all that is made; a target's own tags are added and win.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
