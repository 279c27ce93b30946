namespace ImageOperator.Platforms.Aws.Iam;

/// <summary>Where IAM is: one place for all regions of a partition, and the region that its calls are signed for.</summary>
internal sealed record IamEndpoint(Uri Address, string Region)
{
    /// <param name="region">The region to build in.</param>
    /// <param name="given">The URL of all services; AWS's own if null.</param>
    public static IamEndpoint Of(string region, string? given)
    {
        var (address, signed) = region switch
        {
            _ when region.StartsWith("cn-", StringComparison.Ordinal) => ("https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => ("https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            _ => ("https://iam.amazonaws.com", "us-east-1"),
        };
        return new(new Uri(given ?? address), signed);
    }
}
