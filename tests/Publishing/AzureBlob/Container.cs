using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>A container of Azurite's.</summary>
internal sealed class Container
{
    private readonly Azurite _azurite;

    private Container(Azurite azurite, string name) => (_azurite, Name, Client) = (azurite, name, azurite.Client.GetBlobContainerClient(name));

    public string Name { get; }

    public BlobContainerClient Client { get; }

    public static async Task<Container> CreateAsync(Azurite azurite)
    {
        var container = new Container(azurite, $"c-{Guid.NewGuid():N}");
        await container.Client.CreateAsync();
        return container;
    }

    public PublishEntry Entry(bool manifest = false) => new()
    {
        Name = "web",
        Manifest = manifest,
        Checksums = manifest,
        AzureBlob = new() { Container = Name, BlobPrefix = "images/", Endpoint = _azurite.Endpoint, SecretRef = new() { Name = "a" }, BlockSize = new(1L << 20) },
    };

    /// <summary>The account's key.</summary>
    public static void Credentials(Build build) => build.Secret["accountKey"] = Azurite.Key + "\n";

    /// <summary>A signature for an hour, of the whole account or of the container.</summary>
    public string Sas(bool account)
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        return account
            ? _azurite.Client.GenerateAccountSasUri(AccountSasPermissions.All, until, AccountSasResourceTypes.All).Query
            : Client.GenerateSasUri(BlobContainerSasPermissions.All, until).Query;
    }

    public async Task<byte[]> ReadAsync(string blob) => (await Client.GetBlobClient(blob).DownloadContentAsync()).Value.Content.ToArray();

    public Task WriteAsync(string blob, string text, IDictionary<string, string>? metadata = null) =>
        Client.GetBlobClient(blob).UploadAsync(BinaryData.FromString(text), new BlobUploadOptions { Metadata = metadata });

    /// <summary>All blobs, snapshots as name@snapshot.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync()
    {
        var names = new List<string>();
        await foreach (var blob in Client.GetBlobsAsync(new GetBlobsOptions { States = BlobStates.Snapshots })) names.Add(blob.Snapshot is { Length: > 0 } ? $"{blob.Name}@" : blob.Name);
        return names;
    }

    /// <summary>How many blocks wait for a commit.</summary>
    public async Task<int> WaitingAsync(string blob)
    {
        try
        {
            return (await Client.GetBlockBlobClient(blob).GetBlockListAsync(BlockListTypes.Uncommitted)).Value.UncommittedBlocks.Count();
        }
        catch (Azure.RequestFailedException e) when (e.Status == 404)
        {
            return 0;
        }
    }
}
