using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using ImageOperator.Api.Publishing;
using ImageOperator.Downloads;

namespace ImageOperator.Publishing.S3;

/// <summary>Makes the SDK's client. Tries are ours: the SDK's would wait on another clock and hide what was called.</summary>
internal static class S3Access
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(15);

    public static AmazonS3Client Create(Place place, S3Destination s3)
    {
        var config = new AmazonS3Config
        {
            MaxErrorRetry = 0,
            Timeout = CallTimeout,
            ForcePathStyle = s3.PathStyle,
            // Checksums are given where they are wanted; other storages refuse what the SDK adds by itself.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new Factory(place, place.Secret(Place.Authority)),
        };
        var region = s3.Region ?? (s3.Endpoint is null ? null : "us-east-1");
        if (s3.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = region;
        }
        else if (region is not null) config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        else if (FallbackRegionFactory.GetRegionEndpoint() is { } found) config.RegionEndpoint = found;
        else throw PublishFailure.Failed($"{place.Field}.s3.region", "is not known", "set it, or AWS_REGION where the builder runs");
        return s3.SecretRef is null ? new AmazonS3Client(config) : new AmazonS3Client(new SecretKeys(place), config);
    }

    /// <summary>The keys of the mounted Secret, read at each use: kubelet renews them.</summary>
    private sealed class SecretKeys(Place place) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => new(Required("accessKeyId"), Required("secretAccessKey"), place.Secret("sessionToken"));

        public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.FromResult(GetCredentials());

        private string Required(string key) => place.Secret(key) ?? throw PublishFailure.Refused(
            $"{place.Field}.s3.secretRef", $"Secret {place.Entry.CredentialsRef()!.Name} has no key {key}", "its keys are accessKeyId, secretAccessKey and, for temporary ones, sessionToken");
    }

    private sealed class Factory(Place place, string? authority) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            try
            {
                return new(place.Around(WebClients.CreateHandler(authority))) { Timeout = CallTimeout };
            }
            catch (FormatException e)
            {
                throw PublishFailure.Refused($"{place.Field}.s3.secretRef", $"{Place.Authority}: {e.Message}", "put the authority's certificate there, beginning with -----BEGIN CERTIFICATE-----");
            }
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
