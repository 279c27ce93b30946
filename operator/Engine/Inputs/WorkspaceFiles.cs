using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Engine.Inputs;

/// <summary>The files of a folder by path, permission bits and bytes. Links count as what they lead to; those that lead out of it as themselves.</summary>
internal static class WorkspaceFiles
{
    /// <summary>A volume of a ConfigMap or Secret has its data behind this link, and folders beside it that change their names.</summary>
    private const string VolumeData = "..data";

    /// <param name="root">The folder.</param>
    /// <param name="skip">Says of a folder's path below it that it does not count.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static SortedDictionary<string, byte[]> Read(string root, Func<string, bool> skip, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (Directory.Exists(root)) Walk(RealPath(root), root, "", [], files, skip, cancellationToken);
        return files;
    }

    /// <summary>Many files as one.</summary>
    public static byte[] Together(IEnumerable<KeyValuePair<string, byte[]>> files)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, hash) in files)
        {
            all.AppendData(Encoding.UTF8.GetBytes(path));
            all.AppendData([0]);
            all.AppendData(hash);
        }

        return all.GetCurrentHash();
    }

    private static void Walk(
        string root, string folder, string path, HashSet<string> above, SortedDictionary<string, byte[]> files, Func<string, bool> skip, CancellationToken cancellationToken)
    {
        var real = RealPath(folder);
        // A link to a folder above would lead on for ever.
        if (!above.Add(real)) return;
        var isVolume = Path.Exists(Path.Combine(folder, VolumeData));
        var empty = true;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (isVolume && entry.Name.StartsWith("..", StringComparison.Ordinal)) continue;
            empty = false;
            var name = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
            if (entry.LinkTarget is not null && LeadsOut(root, entry)) files[name] = OfLink(entry);
            else if (!Directory.Exists(entry.FullName)) files[name] = HashOf(entry);
            else if (!skip(name)) Walk(root, entry.FullName, name, above, files, skip, cancellationToken);
        }

        // A folder without files may be uploaded, too.
        if (empty && path.Length > 0) files[path + "/"] = SHA256.HashData([]);
        above.Remove(real);
    }

    private static string RealPath(string folder) => Path.GetFullPath(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);

    private static bool LeadsOut(string root, FileSystemInfo link) => !Path.GetFullPath(TargetOf(link)).StartsWith(root + "/", StringComparison.Ordinal);

    private static byte[] OfLink(FileSystemInfo link) => SHA256.HashData(Encoding.UTF8.GetBytes($"link {link.LinkTarget}"));

    private static byte[] HashOf(FileSystemInfo entry)
    {
        var file = new FileInfo(TargetOf(entry));
        // It leads nowhere, or in a circle.
        if (!file.Exists || file.LinkTarget is not null) return OfLink(entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes((ushort)((int)file.UnixFileMode & 0b111_111_111)));
        // A pipe has no length, and reading it would wait for its writer.
        if (file.Length == 0) return hash.GetCurrentHash();
        using var stream = new FileStream(file.FullName, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0 });
        var buffer = new byte[256 * 1024];
        for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer)) hash.AppendData(buffer, 0, count);
        return hash.GetCurrentHash();
    }

    private static string TargetOf(FileSystemInfo entry)
    {
        try
        {
            return entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.FullName;
        }
        catch (IOException) when (entry.LinkTarget is not null)
        {
            return entry.FullName;
        }
    }
}
