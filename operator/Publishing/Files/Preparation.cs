using System.Text;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Publishing.Files;

/// <summary>Makes the files of an entry: converted and compressed where it asks for it, once for all entries that ask for the same.</summary>
internal sealed class Preparation(PublicationContext context)
{
    private readonly string _folder = Path.Combine(context.Folders.Scratch, "publish");
    private readonly Dictionary<string, (Payload Payload, string Sha256)> _made = [];

    public async Task<IReadOnlyList<PublishFile>> PrepareAsync(Place place, PublishableImage image, CancellationToken cancellationToken)
    {
        try
        {
            var disk = await DiskAsync(place, image, cancellationToken).ConfigureAwait(false);
            List<PublishFile> files = [disk];
            if (place.Entry.Manifest) files.Add(await OfBytesAsync(PublishFile.Manifest, $"{place.Entry.Name}.manifest.json", ManifestFile.Of(context, disk, image), cancellationToken).ConfigureAwait(false));
            if (place.Entry.Checksums)
            {
                var lines = string.Concat(files.Select(f => $"{f.Sha256}  {f.Name}\n"));
                files.Add(await OfBytesAsync(PublishFile.Checksums, $"{place.Entry.Name}.SHA256SUMS", Encoding.UTF8.GetBytes(lines), cancellationToken).ConfigureAwait(false));
            }

            return files;
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(_folder, $"preparing the image for {place.Field}", inner: e);
        }
    }

    /// <summary>Deletes what was made: all of it is published, or can be made anew.</summary>
    public void Delete()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private async Task<PublishFile> DiskAsync(Place place, PublishableImage image, CancellationToken cancellationToken)
    {
        var entry = place.Entry;
        var format = entry.Format ?? image.Disk.Format;
        var extension = ExtensionOf(format);
        var (payload, sha256) = (Payload.OfFile(image.Disk.Path), image.Digest?["sha256:".Length..]);
        if (format != image.Disk.Format || (entry.Compress && !image.Disk.Compressed))
        {
            (payload, sha256) = await MakeAsync($"{extension}{(entry.Compress ? "-compressed" : "")}", path => image.ConvertAsync(format, entry.Compress, path, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var container = entry.Oci is { ContainerDisk: true };
        if (container)
        {
            // Not named after the build: the same disk is the same layer.
            payload = Payload.Concat(
                Payload.Of([.. TarHeader.Folder("disk/"), .. TarHeader.File(format == DiskFormat.Raw ? "disk/disk.img" : $"disk/disk.{extension}", payload.Length)]),
                payload, Payload.Of(TarHeader.End(payload.Length)));
            sha256 = null;
        }

        var type = container ? "containerDisk" : extension;
        if (entry.Gzip)
        {
            var inner = payload;
            var key = $"{extension}{(entry.Compress ? "-compressed" : "")}{(container ? "-layer" : "")}.gz";
            (payload, sha256) = await MakeAsync(key, path => BlockGzip.WriteAsync(inner, path, done => place.Report($"compressing the image for {place.Field}", done), cancellationToken), cancellationToken).ConfigureAwait(false);
            if (!container) type += "+gzip";
        }

        sha256 ??= await payload.Sha256Async(cancellationToken).ConfigureAwait(false);
        return new(PublishFile.Disk, $"{entry.Name}.{extension}{(entry.Gzip ? ".gz" : "")}", type, payload, sha256, image.Disk.VirtualSizeBytes);
    }

    private async Task<(Payload Payload, string Sha256)> MakeAsync(string name, Func<string, Task> make, CancellationToken cancellationToken)
    {
        if (_made.TryGetValue(name, out var made)) return made;
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, name);
        await make(path).ConfigureAwait(false);
        var payload = Payload.OfFile(path);
        return _made[name] = (payload, await payload.Sha256Async(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<PublishFile> OfBytesAsync(string role, string name, byte[] bytes, CancellationToken cancellationToken)
    {
        var payload = Payload.Of(bytes);
        return new(role, name, role, payload, await payload.Sha256Async(cancellationToken).ConfigureAwait(false));
    }

    private static string ExtensionOf(DiskFormat format) => format.ToString().ToLowerInvariant();
}
