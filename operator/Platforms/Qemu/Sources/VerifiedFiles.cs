using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageOperator.Downloads;

namespace ImageOperator.Platforms.Qemu.Sources;

/// <summary>Remembers which files had which checksum, and what they are, so that a second build need not read a large file again.</summary>
internal sealed class VerifiedFiles(string cache)
{
    private readonly string _folder = Path.Combine(cache, "verified");

    /// <summary>What is known of an unchanged file that has this sum; null if it must be verified.</summary>
    public async Task<DiskImage?> RecallAsync(string path, Checksum checksum, CancellationToken cancellationToken)
    {
        if (Posix.Stamp(path) is not { } stamp) return null;
        try
        {
            var memory = JsonSerializer.Deserialize<Memory>(await File.ReadAllBytesAsync(FileOf(path), cancellationToken).ConfigureAwait(false));
            return memory is not null && memory.Stamp == stamp && memory.Checksum == checksum.ToString() ? memory.Image with { Path = path } : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Remembers a verified file. The stamp is of before the verification: a file that changed meanwhile is not recalled.</summary>
    public async Task RememberAsync(FileStamp stamp, Checksum checksum, DiskImage image, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(_folder);
            var content = JsonSerializer.SerializeToUtf8Bytes(new Memory(stamp, checksum.ToString(), image));
            await AtomicFile.WriteAsync(FileOf(image.Path), content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not remembered: the next build verifies again.
        }
    }

    private string FileOf(string path) =>
        Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..32] + ".json");

    internal sealed record Memory(FileStamp Stamp, string Checksum, DiskImage Image);
}
