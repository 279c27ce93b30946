using System.Globalization;
using System.Text;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Workspaces.Archives;

/// <summary>
/// Writes what an archive holds into a folder, and nothing anywhere else. Links are made last, so no file is ever written through one;
/// then each of them must lead to a place inside.
/// </summary>
/// <param name="root">The folder; it exists.</param>
/// <param name="subPath">The archive's folder to take; null takes all.</param>
/// <param name="field">The entry's field, for failures.</param>
/// <param name="limits">How much it may be.</param>
internal sealed class TreeWriter(string root, string? subPath, string field, TreeLimits limits)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;
    private const int LongestName = 4096;

    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _count;
    private long _bytes;

    public void AddFolder(string name)
    {
        if (Place(name) is not { } path) return;
        Count(name);
        if (File.Exists(path)) throw Bad(name, "is a folder where the archive has a file already");
        Directory.CreateDirectory(path);
    }

    public async Task AddFileAsync(string name, Stream content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        if (Place(name) is not { } path)
        {
            // What is not taken counts all the same: reading it costs time.
            await DrainAsync(name, content, Stream.Null, cancellationToken).ConfigureAwait(false);
            return;
        }

        Count(name);
        Open(name, path);
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = (mode & Permissions) | Owner });
        await using (file.ConfigureAwait(false))
        {
            await DrainAsync(name, content, file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A hard link becomes a copy: it must name a file that the archive has had before.</summary>
    public async Task AddHardLinkAsync(string name, string target, CancellationToken cancellationToken)
    {
        if (Place(name) is null) return;
        if (Place(target) is not { } path || !_seen.Contains(path) || !File.Exists(path)) throw Bad(name, $"is a hard link to \"{Shown(target)}\", which is no file of the archive before it");
        var content = new FileStream(path, FileMode.Open, FileAccess.Read);
        await using (content.ConfigureAwait(false))
        {
            await AddFileAsync(name, content, File.GetUnixFileMode(path), cancellationToken).ConfigureAwait(false);
        }
    }

    public void AddLink(string name, string target)
    {
        if (Place(name) is not { } path) return;
        Count(name);
        if (target.Length is 0 or > LongestName || target.Contains('\0', StringComparison.Ordinal)) throw Bad(name, "is a link without a proper target");
        Open(name, path);
        _links[path] = target;
    }

    /// <summary>Whether the name lies in the folder to take.</summary>
    public bool Takes(string name) => Place(name) is not null;

    public PlatformException Unsupported(string name, string what) => Bad(name, $"is {what}: only files, folders and links are unpacked");

    /// <summary>Makes the links, and looks at what has come out.</summary>
    public void Complete()
    {
        foreach (var (path, target) in _links)
        {
            if (Directory.Exists(path)) throw Bad(Path.GetRelativePath(root, path), "is a link, and a folder at the same time");
            File.CreateSymbolicLink(path, target);
        }

        TreeCheck.Links(root, _links.Keys, field);
        if (subPath is not null && _count == 0) throw WorkspaceFailure.Unavailable($"{field}.subPath", $"there is no folder {subPath}", "correct subPath, or remove it");
    }

    private void Open(string name, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (Directory.Exists(path)) throw Bad(name, "is a file or link where the archive has a folder already");
        // A later entry of the same name replaces an earlier one, as tar's own do.
        _links.Remove(path);
        File.Delete(path);
        _seen.Add(path);
    }

    /// <returns>Where it goes; null if it is not in the folder to take.</returns>
    private string? Place(string name)
    {
        if (name.Length > LongestName || name.Contains('\0', StringComparison.Ordinal)) throw Bad(name, "has no proper name");
        if (name.StartsWith('/')) throw Bad(name, "has an absolute path");
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        if (parts.Contains("..")) throw Bad(name, "leads out of its folder");
        if (subPath is not null)
        {
            var taken = subPath.Split('/');
            if (parts.Count <= taken.Length || !parts.Take(taken.Length).SequenceEqual(taken)) return null;
            parts.RemoveRange(0, taken.Length);
        }

        if (parts.Count == 0) return null;
        var above = root;
        foreach (var folder in parts.SkipLast(1))
        {
            above = Path.Combine(above, folder);
            if (_links.ContainsKey(above)) throw Bad(name, $"lies below \"{Path.GetRelativePath(root, above)}\", which is a link");
            if (File.Exists(above)) throw Bad(name, $"lies below \"{Path.GetRelativePath(root, above)}\", which is a file");
        }

        return Path.Combine(above, parts[^1]);
    }

    private async Task DrainAsync(string name, Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        for (int count; (count = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            _bytes += count;
            if (_bytes > limits.Bytes)
            {
                throw WorkspaceFailure.Unavailable(
                    field, string.Create(CultureInfo.InvariantCulture, $"more than {limits.Bytes} bytes when unpacked (at \"{Shown(name)}\")"), "take a smaller archive: large files belong on a volume (persistentVolumeClaim)");
            }

            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private void Count(string name)
    {
        if (++_count > limits.Files)
        {
            throw WorkspaceFailure.Unavailable(
                field, string.Create(CultureInfo.InvariantCulture, $"more than {limits.Files} files (at \"{Shown(name)}\")"), "take a smaller archive, or a folder of it with subPath");
        }
    }

    private PlatformException Bad(string name, string what) => WorkspaceFailure.Unavailable(field, $"\"{Shown(name)}\" {what}", "such an archive is not unpacked: make it anew, with paths below its own folder only");

    private static string Shown(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, 200))) text.Append(char.IsControl(c) ? '?' : c);
        return text.ToString();
    }
}
