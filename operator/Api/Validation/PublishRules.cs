using ImageOperator.Api.Publishing;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Validation;

/// <summary>The rules of one entry of publish, before and after its expansion.</summary>
internal static class PublishRules
{
    private const long SmallestPart = 5L << 20;
    private const long LargestPart = 5L << 30;

    public static void Check(ErrorList errors, PublishEntry entry, QemuOutput? output, string path)
    {
        ChoiceRules.Check(errors, entry, path);
        var format = entry.Format ?? output?.Format ?? DiskFormat.Qcow2;
        errors.Require(!entry.Compress || format is DiskFormat.Qcow2 or DiskFormat.Vmdk, $"{path}.compress", PublishEntry.OnlyTheseCompress);
        if (entry.S3 is { } s3) Check(errors, s3, $"{path}.s3");
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

    private static void Check(ErrorList errors, HttpDestination http, string path)
    {
        errors.Require(http.SecretRef is null || !http.Url.StartsWith("http://", StringComparison.Ordinal), $"{path}.secretRef", HttpDestination.ClearText);
        errors.Require(http.SecretHeaders.Count == 0 || http.SecretRef is not null, $"{path}.secretHeaders", HttpDestination.HeadersNeedSecret);
        errors.Unique(http.SecretHeaders.Select(h => h.Name), $"{path}.secretHeaders", "name");
        Url(errors, http.Url, $"{path}.url", "https://files.example.com/images/");
    }

    private static void Url(ErrorList errors, string url, string path, string example)
    {
        if (url.Contains("$(", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0) errors.Add(path, $"\"{SchemaText.Short(url)}\" is not a URL: write for example {example}");
        else errors.Require(uri.UserInfo.Length == 0, path, "has a user or password in it, which status and logs would show: put them into a Secret, and name it in secretRef");
    }
}
