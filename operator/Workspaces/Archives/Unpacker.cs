using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Workspaces.Archives;

/// <summary>Unpacks tar (plain or gzip) and zip archives; which it is their first bytes tell.</summary>
internal static class Unpacker
{
    private const int LinkType = 0xA000;
    private const int FileType = 0x8000;
    private const int FolderType = 0x4000;
    private const int TypeBits = 0xF000;
    private const UnixFileMode Plain = (UnixFileMode)0b110_100_100;

    /// <exception cref="PlatformException">It is no such archive, or holds what must not be unpacked.</exception>
    public static async Task UnpackAsync(string archive, TreeWriter writer, string field, CancellationToken cancellationToken)
    {
        var stream = new FileStream(archive, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.SequentialScan });
        await using var closing = stream.ConfigureAwait(false);
        var head = new byte[6];
        var count = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        try
        {
            switch (head.AsSpan(0, count))
            {
                case [0x1f, 0x8b, ..]:
                    var plain = new GZipStream(stream, CompressionMode.Decompress);
                    await using (plain.ConfigureAwait(false)) await TarAsync(plain, writer, cancellationToken).ConfigureAwait(false);
                    break;
                case [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..]:
                    await ZipAsync(stream, writer, cancellationToken).ConfigureAwait(false);
                    break;
                case [0x28, 0xb5, 0x2f, 0xfd, ..]:
                    throw Unknown(field, "compressed with zstd");
                case [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]:
                    throw Unknown(field, "compressed with xz");
                case [(byte)'B', (byte)'Z', (byte)'h', ..]:
                    throw Unknown(field, "compressed with bzip2");
                default:
                    await TarAsync(stream, writer, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw WorkspaceFailure.Unavailable(field, $"cannot be unpacked: {e.Message}", "give a tar archive (plain or gzip) or a zip archive", e);
        }
    }

    private static async Task TarAsync(Stream stream, TreeWriter writer, CancellationToken cancellationToken)
    {
        var reader = new TarReader(stream);
        await using var closing = reader.ConfigureAwait(false);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            // What a layer of an image takes away again of the layers below it.
            if (Path.GetFileName(entry.Name.TrimEnd('/')).StartsWith(".wh.", StringComparison.Ordinal) && writer.Takes(entry.Name)) throw writer.Unsupported(entry.Name, "the removal of a file (a whiteout of an image's layer)");
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    writer.AddFolder(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    await writer.AddFileAsync(entry.Name, entry.DataStream ?? Stream.Null, entry.Mode, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.SymbolicLink:
                    writer.AddLink(entry.Name, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    await writer.AddHardLinkAsync(entry.Name, entry.LinkName, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                case TarEntryType.CharacterDevice or TarEntryType.BlockDevice:
                    throw writer.Unsupported(entry.Name, "a device");
                default:
                    throw writer.Unsupported(entry.Name, $"of type {entry.EntryType}");
            }
        }
    }

    private static async Task ZipAsync(Stream stream, TreeWriter writer, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            var mode = entry.ExternalAttributes >> 16;
            if (entry.IsEncrypted) throw writer.Unsupported(entry.FullName, "encrypted");
            if (entry.FullName.EndsWith('/') || (mode & TypeBits) == FolderType)
            {
                writer.AddFolder(entry.FullName);
                continue;
            }

            var content = entry.Open();
            await using var closing = content.ConfigureAwait(false);
            if ((mode & TypeBits) == LinkType) writer.AddLink(entry.FullName, await TargetAsync(entry.FullName, content, writer, cancellationToken).ConfigureAwait(false));
            else if ((mode & TypeBits) is 0 or FileType) await writer.AddFileAsync(entry.FullName, content, (mode & 0b111_111_111) == 0 ? Plain : (UnixFileMode)(mode & 0b111_111_111), cancellationToken).ConfigureAwait(false);
            else throw writer.Unsupported(entry.FullName, "a device or pipe");
        }
    }

    private static async Task<string> TargetAsync(string name, Stream content, TreeWriter writer, CancellationToken cancellationToken)
    {
        var target = new byte[4096];
        var length = await content.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length < target.Length ? Encoding.UTF8.GetString(target, 0, length) : throw writer.Unsupported(name, "a link with an endless target");
    }

    private static PlatformException Unknown(string field, string what) =>
        WorkspaceFailure.Unavailable(field, $"the archive is {what}", "compress it with gzip, or give a zip archive");
}
