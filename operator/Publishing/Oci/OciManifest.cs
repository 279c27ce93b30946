using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;
using ImageOperator.Registries;

namespace ImageOperator.Publishing.Oci;

/// <summary>A manifest and the blobs that it names. The same in each attempt, and in no other build: it bears the build's mark.</summary>
internal sealed record OciManifest(byte[] Json, string Digest, PublishFile Disk, IReadOnlyList<(string Digest, Payload Content)> Blobs)
{
    private const string Artifact = "application/vnd.imageoperator.disk.v1";
    private const string Layer = "application/vnd.imageoperator.disk.layer.v1.";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

#pragma warning disable CA1822 // It is the manifest's.
    public string MediaType => MediaTypes.OciManifest;
#pragma warning restore CA1822

    public static async Task<OciManifest> OfAsync(Place place, OciDestination oci, IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        var disk = files[0];
        var config = oci.ContainerDisk ? await ConfigAsync(place, oci, disk, cancellationToken).ConfigureAwait(false) : "{}"u8.ToArray();
        var configDigest = DigestOf(config);
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new Body(
                2, MediaTypes.OciManifest,
                oci.ContainerDisk ? null : oci.ArtifactType ?? Artifact,
                new() { MediaType = oci.ContainerDisk ? MediaTypes.OciConfig : MediaTypes.Empty, Digest = configDigest, Size = config.Length },
                [.. files.Select(f => Describe(place.Entry, oci, f))],
                Annotations(place, oci, disk)),
            Options);
        return new(json, DigestOf(json), disk, [.. files.Select(f => ($"sha256:{f.Sha256}", f.Payload)), (configDigest, Payload.Of(config))]);
    }

    private static RegistryDescriptor Describe(PublishEntry entry, OciDestination oci, PublishFile file)
    {
        var type = file.Role switch
        {
            _ when oci.ContainerDisk => entry.Gzip ? MediaTypes.OciLayer : MediaTypes.OciPlainLayer,
            PublishFile.Disk => oci.MediaType ?? Layer + file.Type,
            PublishFile.Manifest => "application/json",
            _ => "text/plain",
        };
        return new()
        {
            MediaType = type,
            Digest = $"sha256:{file.Sha256}",
            Size = file.Payload.Length,
            Annotations = oci.ContainerDisk ? null : new Dictionary<string, string> { ["org.opencontainers.image.title"] = file.Name },
        };
    }

    private static SortedDictionary<string, string> Annotations(Place place, OciDestination oci, PublishFile disk)
    {
        var identity = place.Context.Identity;
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.title"] = disk.Name,
            ["org.opencontainers.image.created"] = Created(place),
            ["dev.imageoperator.build"] = $"{identity.Namespace}/{identity.Name}",
            ["dev.imageoperator.build.uid"] = identity.Uid,
            ["dev.imageoperator.target"] = identity.Target,
        };
        if (disk.VirtualSizeBytes is { } size) all["dev.imageoperator.virtual-size"] = size.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in oci.Annotations ?? new Dictionary<string, string>()) all[name] = value;
        // What an undo goes by.
        all["dev.imageoperator.build.uid"] = identity.Uid;
        all["dev.imageoperator.target"] = identity.Target;
        return all;
    }

    private static async Task<byte[]> ConfigAsync(Place place, OciDestination oci, PublishFile disk, CancellationToken cancellationToken)
    {
        var plain = place.Entry.Gzip ? await Gunzip.Sha256Async(disk.Payload, cancellationToken).ConfigureAwait(false) : disk.Sha256;
        return JsonSerializer.SerializeToUtf8Bytes(
            new Config(
                Created(place), oci.Architecture == OciArchitecture.Arm64 ? "arm64" : "amd64", "linux", new Dictionary<string, string>(),
                new("layers", [$"sha256:{plain}"]), [new(Created(place), $"imageoperator {place.Context.Identity.Name}")]),
            Options);
    }

    private static string Created(Place place) => place.Context.StartTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private sealed record Body(int SchemaVersion, string MediaType, string? ArtifactType, RegistryDescriptor Config, IReadOnlyList<RegistryDescriptor> Layers, IReadOnlyDictionary<string, string> Annotations);

    private sealed record Config(string Created, string Architecture, string Os, [property: JsonPropertyName("config")] IReadOnlyDictionary<string, string> Run, RootFs Rootfs, IReadOnlyList<Step> History);

    private sealed record RootFs(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);

    private sealed record Step(string Created, [property: JsonPropertyName("created_by")] string CreatedBy);
}
