using System.Diagnostics;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Platforms.Qemu.Sources;

/// <summary>Gets the source image as a verified local file, which stays in the cache until this is disposed: machines have it below their disks.</summary>
internal sealed class SourceResolver(PlatformContext context, QemuSource source, ImageInspector inspector, HttpClient http) : IDisposable
{
    private CachedFile? _inUse;

    private readonly VerifiedFiles _verified = new(context.Folders.Cache);

    /// <summary>What people call the source.</summary>
    public string Id => source switch
    {
        { Url: { } url } => url,
        { HostPath: { } file } => $"hostpath:{file.Path}",
        { PersistentVolumeClaim: { } file } => $"pvc://{file.ClaimName}/{file.Path}",
        _ => "",
    };

    public void Dispose() => _inUse?.Dispose();

    public async Task<DiskImage> ResolveAsync(CancellationToken cancellationToken)
    {
        var checksum = ParseChecksum();
        try
        {
            return source switch
            {
                { Url: { } url } => await FromUrlAsync(url, checksum, cancellationToken).ConfigureAwait(false),
                { HostPath: { } file } => await FromFileAsync(context.Volumes.MapHostPath(VolumeUse.Source, file.Path), checksum, cancellationToken).ConfigureAwait(false),
                { PersistentVolumeClaim: { } file } => await FromFileAsync(
                    context.Volumes.MapClaim(VolumeUse.Source, file.ClaimName, file.Path), checksum, cancellationToken).ConfigureAwait(false),
                _ => throw Unavailable("the target's source names no image", "set source.url, source.hostPath or source.persistentVolumeClaim"),
            };
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(context.Folders.Cache, "fetching the source image", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"cannot read the source image {Id}: {e.Message}", null, e);
        }
    }

    private async Task<DiskImage> FromUrlAsync(string url, Checksum checksum, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(context.Folders.Cache, "sources");
        var path = Path.Combine(folder, checksum.FileName);
        if (Hold(path) && await _verified.RecallAsync(path, checksum, cancellationToken).ConfigureAwait(false) is { } known) return known;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) throw Unavailable($"\"{url}\" is not a URL", "write source.url as http:// or https://");
        Directory.CreateDirectory(folder);
        using var held = await Work.WaitAsync("cache-lock", () => CacheLock.TakeAsync(
            path + CachedFile.LockSuffix, () => Say("another build fetches the same image: waiting for it"), context.Time, cancellationToken)).ConfigureAwait(false);
        if (Hold(path) && await _verified.RecallAsync(path, checksum, cancellationToken).ConfigureAwait(false) is { } fetched) return fetched;
        if (File.Exists(path))
        {
            if (await TryVerifyAsync(path, checksum, cancellationToken).ConfigureAwait(false) is { } whole) return whole;
            Say($"the cached image {path} is damaged: it is fetched again", MessageLevel.Warning);
            File.Delete(path);
        }

        var downloader = new Downloader(http, context.Time, Report, text => Say(text));
        await Work.CallAsync("http", "download", async () =>
        {
            // Not the URL: it may have a token in it.
            Activity.Current?.SetTag("server.address", uri.Host);
            await downloader.DownloadAsync(uri, checksum, path, cancellationToken).ConfigureAwait(false);
            return true;
        }, waiting: true).ConfigureAwait(false);
        Hold(path);
        return await RememberAsync(path, checksum, Posix.Stamp(path), cancellationToken).ConfigureAwait(false);
    }

    private bool Hold(string path)
    {
        _inUse?.Dispose();
        _inUse = CachedFile.Hold(path, context.Time);
        return _inUse is not null;
    }

    private async Task<DiskImage> FromFileAsync(string path, Checksum checksum, CancellationToken cancellationToken)
    {
        if (await _verified.RecallAsync(path, checksum, cancellationToken).ConfigureAwait(false) is { } known) return known;
        if (!File.Exists(path)) throw Unavailable($"there is no file {Id}" + (Id.EndsWith(path, StringComparison.Ordinal) ? "" : $" (here {path})"), "check the path in the target's source");
        return await TryVerifyAsync(path, checksum, cancellationToken).ConfigureAwait(false)
            ?? throw Downloader.Mismatch(Id, checksum, await SumAsync(path, checksum, cancellationToken).ConfigureAwait(false));
    }

    private async Task<DiskImage?> TryVerifyAsync(string path, Checksum checksum, CancellationToken cancellationToken)
    {
        var stamp = Posix.Stamp(path);
        if (await SumAsync(path, checksum, cancellationToken).ConfigureAwait(false) != checksum) return null;
        return await RememberAsync(path, checksum, stamp, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DiskImage> RememberAsync(string path, Checksum checksum, FileStamp? stamp, CancellationToken cancellationToken)
    {
        var image = await inspector.InspectAsync(path, cancellationToken).ConfigureAwait(false);
        if (stamp is not null) await _verified.RememberAsync(stamp, checksum, image, cancellationToken).ConfigureAwait(false);
        return image;
    }

    private async Task<Checksum> SumAsync(string path, Checksum kind, CancellationToken cancellationToken)
    {
        using var hash = kind.NewHash();
        var stream = Checksum.Open(path);
        await using (stream.ConfigureAwait(false))
        {
            var reported = context.Time.GetTimestamp();
            await Checksum.AppendFileAsync(
                hash,
                stream,
                done =>
                {
                    if (context.Time.GetElapsedTime(reported) < TimeSpan.FromSeconds(1)) return;
                    reported = context.Time.GetTimestamp();
                    Report("verifying the source image", (double)done / Math.Max(1, stream.Length));
                },
                cancellationToken).ConfigureAwait(false);
        }

        return kind.Of(hash);
    }

    private Checksum ParseChecksum()
    {
        try
        {
            return Checksum.Parse(source.Checksum);
        }
        catch (FormatException e)
        {
            throw Unavailable($"source.checksum: {e.Message}", "write sha256: and the 64 digits that sha256sum prints");
        }
    }

    private void Report(string text, double? fraction) => context.Observer.Observe(new BuildEvent.Progress(text, fraction));

    private void Say(string text, MessageLevel level = MessageLevel.Info) => context.Observer.Observe(new BuildEvent.Message(level, text));

    private static PlatformException Unavailable(string message, string? hint, Exception? inner = null) =>
        new(FailureKind.Terminal, Reasons.SourceUnavailable, message, hint, inner);
}
