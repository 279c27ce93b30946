using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Platforms.Aws;

/// <summary>An account and region of AWS. The account is the credentials', or that of the last role assumed.</summary>
public sealed record AwsPlatformSpec
{
    /// <summary>The region, such as eu-central-1.</summary>
    [Bounds(Min = 3, Max = 32)]
    [Pattern("^[a-z]{2,4}(-[a-z]+)+-[0-9]+$")]
    public required string Region { get; init; }

    /// <summary>The role that the service account of the credentials may assume by its token. Without it the cluster's own injection (EKS) is relied on.</summary>
    [Bounds(Max = 2048)]
    [Pattern(AssumedRole.RolePattern)]
    public string? WebIdentityRoleArn { get; init; }

    /// <summary>Roles assumed one after the other, each with the credentials of the one before.</summary>
    [Bounds(Max = 5)]
    public IReadOnlyList<AssumedRole> AssumeRoles { get; init; } = [];

    /// <summary>The URL of all services, instead of AWS's own for the region: for private endpoints and compatible clouds.</summary>
    [Bounds(Max = 2048)]
    [Pattern(EndpointForm.UrlPattern)]
    public string? Endpoint { get; init; }

    /// <summary>Certificate authorities (PEM) that the endpoints' certificates are of. Unset: the public ones.</summary>
    [Bounds(Max = EndpointForm.MaxBundle)]
    public string? CaBundle { get; init; }

    /// <summary>The network of machines that name none.</summary>
    public AwsNetwork? Network { get; init; }

    /// <summary>What becomes of what no build knows any more. Unset: it is told of in status.</summary>
    public AwsStrays? Strays { get; init; }

    /// <summary>Tags of all that is made; a target's own tags are added and win.</summary>
    [Bounds(Max = 40, MaxItemLength = 256)]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
