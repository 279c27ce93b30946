using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Engine.Inputs;

/// <summary>The workspace as inputs: each file by path, permission bits and bytes. Links count as what they lead to.</summary>
internal static class WorkspaceFiles
{
    /// <summary>What stands before a file's path; alone the name of the one input that a large workspace is.</summary>
    public const string Name = "workspace";

    /// <summary>More files are one input: status must stay small.</summary>
    private const int MostInputs = 32;

    /// <summary>A volume of a ConfigMap or Secret has its data behind this link, and folders beside it that change their names.</summary>
    private const string VolumeData = "..data";

    public static bool IsName(string input) => input == Name || input.StartsWith(Name + "/", StringComparison.Ordinal);

    public static IReadOnlyList<(string Name, byte[] Hash)> Read(string root, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (Directory.Exists(root)) Walk(root, "", [], files, cancellationToken);
        if (files.Count <= MostInputs) return [.. files.Select(f => ($"{Name}/{f.Key}", f.Value))];
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, hash) in files)
        {
            all.AppendData(Encoding.UTF8.GetBytes(path));
            all.AppendData([0]);
            all.AppendData(hash);
        }

        return [(Name, all.GetCurrentHash())];
    }

    private static void Walk(string folder, string path, HashSet<string> above, SortedDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var real = Path.GetFullPath(new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder);
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
            if (Directory.Exists(entry.FullName)) Walk(entry.FullName, name, above, files, cancellationToken);
            else files[name] = HashOf(entry);
        }

        // A folder without files may be uploaded, too.
        if (empty && path.Length > 0) files[path + "/"] = SHA256.HashData([]);
        above.Remove(real);
    }

    private static byte[] HashOf(FileSystemInfo entry)
    {
        var file = new FileInfo(TargetOf(entry));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (!file.Exists || file.LinkTarget is not null)
        {
            // It leads nowhere, or in a circle.
            hash.AppendData(Encoding.UTF8.GetBytes($"link {entry.LinkTarget}"));
            return hash.GetCurrentHash();
        }

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
