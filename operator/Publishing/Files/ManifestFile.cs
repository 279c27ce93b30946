using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Publishing.Files;

/// <summary>The manifest beside a published image. The same in each attempt: it has no time but that of the build's begin.</summary>
internal static class ManifestFile
{
    private static readonly JsonSerializerOptions Options = new(ApiJson.Options) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Of(PublicationContext context, PublishFile disk, PublishableImage image) => JsonSerializer.SerializeToUtf8Bytes(
        new Content(
            GroupVersion.ApiVersion, "ImageManifest",
            new(context.Identity.Namespace, context.Identity.Name, context.Identity.Uid, context.Identity.Target, context.StartTime),
            image.Source, image.InputsDigest,
            new(disk.Name, disk.Type, disk.Payload.Length, disk.VirtualSizeBytes, $"sha256:{disk.Sha256}")),
        Options);

    private sealed record Content(string ApiVersion, string Kind, Build Build, SourceImage? Source, string? InputsDigest, File File);

    private sealed record Build(string Namespace, string Name, string Uid, string Target, DateTimeOffset StartTime);

    private sealed record File(string Name, string Type, long SizeBytes, long? VirtualSizeBytes, string Checksum);
}
