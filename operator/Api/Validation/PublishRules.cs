using ImageOperator.Api.Publishing;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Validation;

/// <summary>The rules of one entry of publish, before and after its expansion.</summary>
internal static class PublishRules
{
    private const long SmallestPart = 5L << 20;
    private const long LargestPart = 5L << 30;
    private const long SmallestBlock = 1L << 20;
    private const long LargestBlock = 4000L << 20;
    private const long ChunkUnit = 256L << 10;
    private const long LargestChunk = 1L << 30;

    public static void Check(ErrorList errors, PublishEntry entry, QemuOutput? output, string path)
    {
        ChoiceRules.Check(errors, entry, path);
        var format = entry.Format ?? output?.Format ?? DiskFormat.Qcow2;
        errors.Require(!entry.Compress || format is DiskFormat.Qcow2 or DiskFormat.Vmdk, $"{path}.compress", PublishEntry.OnlyTheseCompress);
        if (entry.S3 is { } s3) Check(errors, s3, $"{path}.s3");
        if (entry.AzureBlob is { } azure)
        {
            Check(errors, azure, $"{path}.azureBlob");
            errors.Require(azure.AccessTier is null || format != DiskFormat.Vhd || entry.Gzip, $"{path}.azureBlob.accessTier", "a VHD becomes a page blob, which has no tier: leave it out, or set gzip");
        }

        if (entry.Gcs is { } gcs) Check(errors, gcs, $"{path}.gcs");
        if (entry.Http is { } http) Check(errors, http, $"{path}.http");
        if (entry.Oci is not { } oci) return;
        errors.Require(!oci.Insecure || oci.SecretRef is null, $"{path}.oci.secretRef", OciDestination.ClearText);
        if (!oci.ContainerDisk) return;
        errors.Require(format is DiskFormat.Qcow2 or DiskFormat.Raw, $"{path}.format", PublishEntry.DiskFormats);
        errors.Require(!entry.Manifest && !entry.Checksums, path, PublishEntry.OneLayer);
        errors.Require(oci.ArtifactType is null && oci.MediaType is null, $"{path}.oci.containerDisk", OciDestination.NoTypes);
    }

    private static void Check(ErrorList errors, S3Destination s3, string path)
    {
        errors.Require(s3.KmsKeyId is null || s3.ServerSideEncryption == S3Encryption.Kms, $"{path}.kmsKeyId", S3Destination.KeyNeedsKms);
        errors.Require(s3.PartSize is not { } size || size.Bytes is >= SmallestPart and <= LargestPart, $"{path}.partSize", "must be from 5Mi to 5Gi: S3 takes no other parts");
        if (s3.Endpoint is { } endpoint) Url(errors, endpoint, $"{path}.endpoint", "https://s3.example.com");
    }

    private static void Check(ErrorList errors, AzureBlobDestination azure, string path)
    {
        errors.Require(azure.Account is not null || azure.Endpoint is not null || azure.SecretRef is not null, $"{path}.account", AzureBlobDestination.NeedsAccount);
        errors.Require(azure.BlockSize is not { } size || size.Bytes is >= SmallestBlock and <= LargestBlock, $"{path}.blockSize", "must be from 1Mi to 4000Mi: Azure takes no larger blocks");
        if (azure.Endpoint is { } endpoint) Url(errors, endpoint, $"{path}.endpoint", "https://images.blob.core.chinacloudapi.cn");
        errors.Require(azure.SecretRef is not null || !IsClearText(azure.Endpoint), $"{path}.endpoint", "the identity's token would be sent in clear text: write it with https://, or set secretRef to a Secret with an accountKey, which is not sent itself");
        if (azure.AuthorityHost is { } authority) Url(errors, authority, $"{path}.authorityHost", "https://login.chinacloudapi.cn");
        if (azure.SecretRef is not null) return;
        OwnIdentity(errors, TokenHosts.TakesAzureToken, azure.Endpoint, $"{path}.endpoint");
        OwnIdentity(errors, TokenHosts.GivesAzureToken, azure.AuthorityHost, $"{path}.authorityHost");
    }

    private static void Check(ErrorList errors, GcsDestination gcs, string path)
    {
        errors.Require(
            gcs.ChunkSize is not { } size || (size.Bytes is >= ChunkUnit and <= LargestChunk && size.Bytes % ChunkUnit == 0), $"{path}.chunkSize",
            "must be from 256Ki to 1Gi, and a multiple of 256Ki: Google takes no other chunks");
        errors.Require(!IsClearText(gcs.Endpoint), $"{path}.endpoint", "a token would be sent in clear text: write it with https://");
        if (gcs.Endpoint is { } endpoint) Url(errors, endpoint, $"{path}.endpoint", "https://storage.example.com");
        if (gcs.SecretRef is null) OwnIdentity(errors, TokenHosts.TakesGoogleToken, gcs.Endpoint, $"{path}.endpoint");
    }

    private static void Check(ErrorList errors, HttpDestination http, string path)
    {
        errors.Require(http.SecretRef is null || !http.Url.StartsWith("http://", StringComparison.Ordinal), $"{path}.secretRef", HttpDestination.ClearText);
        errors.Require(http.SecretHeaders.Count == 0 || http.SecretRef is not null, $"{path}.secretHeaders", HttpDestination.HeadersNeedSecret);
        errors.Unique(http.SecretHeaders.Select(h => h.Name), $"{path}.secretHeaders", "name");
        Url(errors, http.Url, $"{path}.url", "https://files.example.com/images/");
    }

    private static void OwnIdentity(ErrorList errors, Func<string?, bool> isTrusted, string? url, string path)
    {
        // What is no URL, or none yet, is told or tried elsewhere.
        if (url is null || !Uri.TryCreate(url, UriKind.Absolute, out _) || url.Contains("$(", StringComparison.Ordinal)) return;
        errors.Require(isTrusted(url), path, "tokens of the pod's own identity go to no server that a template names: set secretRef to a Secret with credentials of this storage");
    }

    private static bool IsClearText(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: false };

    private static void Url(ErrorList errors, string url, string path, string example)
    {
        if (url.Contains("$(", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) errors.Add(path, $"\"{SchemaText.Short(url)}\" is not a URL: write for example {example}");
        else errors.Require(uri.UserInfo.Length == 0, path, "has a user or password in it, which status and logs would show: put them into a Secret, and name it in secretRef");
    }
}
