using Amazon.Runtime;

namespace ImageOperator.Platforms.Aws;

/// <summary>How AWS is reached where a target says nothing of it.</summary>
public sealed record AwsOptions
{
    /// <summary>The URL of all services, instead of AWS's own for the region.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Who the builder is for AWS. Null: the SDK's own search (environment, web identity, profile, the node's role), renewed as long as the build lasts.</summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>How HTTP is spoken; the runtime's own way if null.</summary>
    public Func<HttpMessageHandler>? HttpHandler { get; init; }
}
