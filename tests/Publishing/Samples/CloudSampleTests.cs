using System.IO.Compression;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using ImageOperator.Api;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Publishing;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Publishing.Tests.AzureBlob;
using ImageOperator.Publishing.Tests.Bed;
using ImageOperator.Publishing.Tests.Gcs;
using ImageOperator.Publishing.Tests.S3;

namespace ImageOperator.Publishing.Tests.Samples;

/// <summary>The sample of config/samples/publish-clouds publishes, with nothing changed but where the storages are and what the Secrets say.</summary>
[Collection(typeof(AzureStorage))]
[Trait("Category", "Cloud")]
public sealed class CloudSampleTests(Azurite azurite, Moto moto, Bench bench) : IClassFixture<Bench>, IClassFixture<Moto>
{
    [Fact]
    public async Task Sample_Publishes()
    {
        var template = Yaml.Parse(Read("template.yaml")).GetProperty("spec").Deserialize<ImageTemplateSpec>(ApiJson.Options)!;
        Assert.Empty(TemplateValidator.Validate(template));
        var container = await Container.CreateAsync(azurite);
        using var bucket = await Bucket.CreateAsync(moto);
        await using var google = await GcsServer.StartAsync();
        var image = bench.Image(8 * Bench.MiB);
        var build = new Build(bench.Folder) { Image = image, Publish = [.. template.Targets.Single().Publish.Select(e => Here(e, container, bucket, google))] };
        (build.Secret["sasToken"], build.Secret["key.json"]) = (container.Sas(account: false), google.KeyJson);
        (build.Secret["accessKeyId"], build.Secret["secretAccessKey"]) = ("a", "b");
        Assert.Equal(build.Secret.Keys.Order(StringComparer.Ordinal), KeysOfSecrets().Order(StringComparer.Ordinal));

        await build.SucceedAsync();

        const string vhd = "base/web-disk.vhd";
        Assert.Equal([vhd, "base/web-disk.SHA256SUMS"], (await container.BlobsAsync()).OrderDescending(StringComparer.Ordinal));
        Assert.Equal(BlobType.Page, (await container.Client.GetBlobClient(vhd).GetPropertiesAsync()).Value.BlobType);
        Assert.Equal(File.ReadAllBytes(image), (await container.ReadAsync(vhd))[..^512]);
        Assert.Equal(["base/web-disk.manifest.json", "base/web-disk.raw.gz"], google.Store.Names.Order(StringComparer.Ordinal));
        using var unpacked = new MemoryStream();
        await using (var packed = new GZipStream(new MemoryStream(google.Store.Live("base/web-disk.raw.gz")!.Content), CompressionMode.Decompress)) await packed.CopyToAsync(unpacked, TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(image), unpacked.ToArray());
        Assert.Equal(File.ReadAllBytes(image), await bucket.ReadAsync("base/web-disk.raw"));
        Assert.Equal(["azureBlob", "azureBlob", "gcs", "gcs", "s3", "s3"], build.Published.Select(a => a.Published));
    }

    /// <summary>The entry, sent to this machine's storages.</summary>
    private PublishEntry Here(PublishEntry entry, Container container, Bucket bucket, GcsServer google) => entry with
    {
        AzureBlob = entry.AzureBlob is { } azure ? azure with { Container = container.Name, Endpoint = azurite.Endpoint } : null,
        Gcs = entry.Gcs is { } gcs ? gcs with { Bucket = google.Store.Bucket, Endpoint = google.Url } : null,
        S3 = entry.S3 is { } s3 ? s3 with { Bucket = bucket.Name, Endpoint = moto.Address.ToString(), PathStyle = true } : null,
    };

    private static IEnumerable<string> KeysOfSecrets() =>
        Read("secret.yaml").Split("\n---\n").SelectMany(d => Yaml.Parse(d).GetProperty("stringData").EnumerateObject().Select(p => p.Name));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Azurite.Root(), "config", "samples", "publish-clouds", file));
}
