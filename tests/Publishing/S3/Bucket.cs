using System.Globalization;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.S3;
using ImageOperator.Api.Publishing;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Publishing.Tests.S3;

/// <summary>A bucket of moto's.</summary>
internal sealed partial class Bucket : IDisposable
{
    private static readonly Dictionary<string, DateTimeOffset> Begun = [];

    private readonly Moto _moto;

    private Bucket(Moto moto, string name)
    {
        (_moto, Name) = (moto, name);
        Client = new AmazonS3Client(new BasicAWSCredentials("a", "b"), new AmazonS3Config
        {
            ServiceURL = moto.Address.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    public string Name { get; }

    public AmazonS3Client Client { get; }

    public static async Task<Bucket> CreateAsync(Moto moto, bool versions = false)
    {
        var bucket = new Bucket(moto, $"b-{Guid.NewGuid():N}");
        await bucket.Client.PutBucketAsync(bucket.Name);
        if (versions) await bucket.Client.PutBucketVersioningAsync(new() { BucketName = bucket.Name, VersioningConfig = new() { Status = VersionStatus.Enabled } });
        return bucket;
    }

    public PublishEntry Entry(bool manifest = false, S3Destination? s3 = null) => new()
    {
        Name = "web",
        Manifest = manifest,
        Checksums = manifest,
        S3 = (s3 ?? new S3Destination { Bucket = Name }) with
        {
            Bucket = Name,
            KeyPrefix = "images/",
            Endpoint = _moto.Address.ToString(),
            PathStyle = true,
            SecretRef = new() { Name = "s3" },
            PartSize = new(5L << 20),
        },
    };

    public async Task<byte[]> ReadAsync(string key)
    {
        using var answer = await Client.GetObjectAsync(Name, key);
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

    public async Task<IReadOnlyList<string>> KeysAsync() => [.. ((await Client.ListObjectsV2Async(new() { BucketName = Name })).S3Objects ?? []).Select(o => o.Key)];

    public async Task<int> OpenUploadsAsync() => (await Client.ListMultipartUploadsAsync(Name)).MultipartUploads?.Count ?? 0;

    public void Dispose() => Client.Dispose();

    /// <summary>moto says of each upload that it began in 2010; S3 says when.</summary>
    public static HttpMessageHandler WithTimes(HttpMessageHandler inner) => new Times { InnerHandler = inner };

    private sealed partial class Times : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (!request.RequestUri!.Query.Contains("uploads", StringComparison.Ordinal)) return response;
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (request.Method == HttpMethod.Post)
            {
                lock (Begun) Begun[UploadId().Match(text).Groups[1].Value] = TimeProvider.System.GetUtcNow();
            }

            text = Listed().Replace(text, m => m.Groups[1].Value + TimeOf(m.Groups[2].Value) + m.Groups[4].Value);
            var type = response.Content.Headers.ContentType;
            response.Content = new StringContent(text);
            response.Content.Headers.ContentType = type;
            return response;
        }

        private static string TimeOf(string id)
        {
            lock (Begun) return (Begun.TryGetValue(id, out var at) ? at : DateTimeOffset.UnixEpoch).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        [GeneratedRegex("<UploadId>([^<]+)</UploadId>")]
        private static partial Regex UploadId();

        [GeneratedRegex("(<UploadId>([^<]+)</UploadId>.*?<Initiated>)([^<]*)(</Initiated>)", RegexOptions.Singleline)]
        private static partial Regex Listed();
    }
}
