using ImageOperator.Api.Conditions;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces;

/// <summary>Downloads by digest, shared between builds of a node. What is found there is used only if it still has its digest.</summary>
internal static class BlobCache
{
    /// <returns>The file; it is not evicted before it is disposed.</returns>
    public static async Task<CachedFile> GetAsync(Entry entry, HttpClient http, Uri url, string digest, string urlField, CancellationToken cancellationToken)
    {
        var checksum = Parse(entry, digest);
        // Who knows a file's digest must not find what only others' credentials reach.
        var folder = Path.Combine(entry.Cache, "blobs", entry.SecretName.Length > 0 ? entry.Owner : "");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, checksum.FileName);
        using var held = await CacheLock.TakeAsync(path + CachedFile.LockSuffix, () => entry.Say("another build fetches the same file: waiting for it"), entry.Time, cancellationToken).ConfigureAwait(false);
        if (File.Exists(path))
        {
            if (await SumAsync(path, checksum, cancellationToken).ConfigureAwait(false) == checksum) return Hold(entry, path);
            entry.Say($"the cached file {path} is damaged: it is fetched again", MessageLevel.Warning);
            File.Delete(path);
        }

        var purpose = new DownloadPurpose("a file of the workspace", urlField, $"{entry.Field}.checksum", Reasons.WorkspaceUnavailable, TreeLimits.Default.Bytes);
        try
        {
            await new Downloader(http, entry.Time, entry.Report, text => entry.Say(text, MessageLevel.Warning), purpose).DownloadAsync(url, checksum, path, cancellationToken).ConfigureAwait(false);
            return Hold(entry, path);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.Retryable)
        {
            // It has been tried often enough.
            throw new PlatformException(FailureKind.Terminal, e.Reason, e.Message, e.Hint, e);
        }
    }

    /// <summary>Under the entry's lock, so nobody can have evicted it.</summary>
    private static CachedFile Hold(Entry entry, string path) =>
        CachedFile.Hold(path, entry.Time) ?? throw WorkspaceFailure.Unavailable(entry.Field, $"{path} has vanished from the cache", "something else than builds removes files there");

    private static Checksum Parse(Entry entry, string digest)
    {
        try
        {
            return Checksum.Parse(digest);
        }
        catch (FormatException e)
        {
            throw WorkspaceFailure.Unavailable(entry.Field, e.Message);
        }
    }

    private static async Task<Checksum> SumAsync(string path, Checksum kind, CancellationToken cancellationToken)
    {
        using var hash = kind.NewHash();
        var stream = Checksum.Open(path);
        await using (stream.ConfigureAwait(false))
        {
            await Checksum.AppendFileAsync(hash, stream, progress: null, cancellationToken).ConfigureAwait(false);
        }

        return kind.Of(hash);
    }
}
