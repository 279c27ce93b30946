using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Claims;

/// <summary>A folder on a volume: files are written beside their place, and renamed into it.</summary>
internal sealed class ClaimFolder(Place place, ClaimFile claim, Func<string> folder) : IDestination
{
    private const string Type = "publish/pvc";
    private const string Sha256 = "sha256";
    private const string Name = "name";
    private const string Mark = "mark";

    private IReadOnlyList<PublishFile> _files = [];

    public string Kind => "persistentVolumeClaim";

    public Place Place => place;

    /// <summary>Beside the images, where outputs are staged, too.</summary>
    private string Staging => Path.Combine(folder(), ".imageoperator", $"{place.Mark}-publish-{place.Index.ToString(CultureInfo.InvariantCulture)}");

    public Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken) => TranslateAsync(async () =>
    {
        _files = files;
        foreach (var file in files)
        {
            var (key, staged) = (place.Key(file.Role), Path.Combine(Staging, file.Name));
            if (place.Ledger.Find(key) is { State: not LedgerState.Removing } entry && entry.Properties?.GetValueOrDefault(Sha256) == file.Sha256)
            {
                if (IsReleased(entry, file) || (entry.State == LedgerState.Created && File.Exists(staged))) continue;
            }
            else
            {
                await place.Ledger.IntendAsync(new(key, Type, IdOf(file), new Dictionary<string, string> { [Sha256] = file.Sha256, [Name] = file.Name }), cancellationToken).ConfigureAwait(false);
            }

            Directory.CreateDirectory(Staging);
            await CopyAsync(file, staged, cancellationToken).ConfigureAwait(false);
            await place.Ledger.ConfirmAsync(key, IdOf(file), new Dictionary<string, string> { [Mark] = MarkOf(staged) ?? "" }, cancellationToken).ConfigureAwait(false);
        }

        return true;
    });

    public Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken) => TranslateAsync<IReadOnlyList<Artifact>>(async () =>
    {
        foreach (var file in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var staged = Path.Combine(Staging, file.Name);
            if (File.Exists(staged)) File.Move(staged, Path.Combine(folder(), file.Name), overwrite: true);
            Posix.SyncDirectory(folder());
            if (!IsReleased(place.Ledger.Find(place.Key(file.Role))!, file)) throw PublishFailure.Failed($"{place.Field}.persistentVolumeClaim", $"{IdOf(file)} was replaced by something else");
            await place.Ledger.KeepAsync(place.Key(file.Role), IdOf(file), cancellationToken).ConfigureAwait(false);
        }

        DeleteStaged();
        return [.. _files.Select(f => place.Describe(f, Kind, IdOf(f)))];
    });

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => TranslateAsync(() =>
    {
        if (entry.Properties?.GetValueOrDefault(Name) is not { } name) return Task.FromResult(true);
        // Another build's, or an earlier one's, is not ours to delete.
        if (entry.Properties.GetValueOrDefault(Mark) is { Length: > 0 } mark && MarkOf(Path.Combine(folder(), name)) == mark) File.Delete(Path.Combine(folder(), name));
        if (Directory.Exists(Staging)) File.Delete(Path.Combine(Staging, name));
        DeleteStaged();
        return Task.FromResult(true);
    });

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        var prefix = IdOf("");
        if (!artifact.Id.StartsWith(prefix, StringComparison.Ordinal)) return false;
        var name = artifact.Id[prefix.Length..];
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or "..") return false;
        var path = Path.Combine(folder(), name);
        return File.Exists(path) && new FileInfo(path).Length == artifact.SizeBytes && (await Checksum.OfFileAsync(path, cancellationToken).ConfigureAwait(false)).ToString() == artifact.Checksum;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Copies, holes as holes, and reads it again.</summary>
    private async Task CopyAsync(PublishFile file, string path, CancellationToken cancellationToken)
    {
        var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using (target.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 20];
            for (long offset = 0; offset < file.Payload.Length; offset += buffer.Length)
            {
                var count = (int)Math.Min(buffer.Length, file.Payload.Length - offset);
                if (!file.Payload.IsHole(offset, count))
                {
                    var piece = file.Payload.Open(offset, count);
                    await using (piece.ConfigureAwait(false)) await piece.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    if (buffer.AsSpan(0, count).ContainsAnyExcept((byte)0))
                    {
                        target.Position = offset;
                        await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    }
                }

                if (offset % (64L << 20) == 0) place.Report($"copying {IdOf(file)}", (double)offset / file.Payload.Length);
            }

            target.SetLength(file.Payload.Length);
            target.Flush(flushToDisk: true);
        }

        var found = await Checksum.OfFileAsync(path, cancellationToken).ConfigureAwait(false);
        if (found.Hex != file.Sha256) throw PublishFailure.Differs($"{place.Field}.persistentVolumeClaim", IdOf(file), file.Sha256, found.Hex);
    }

    private bool IsReleased(LedgerEntry entry, PublishFile file) => entry.Properties?.GetValueOrDefault(Mark) is { Length: > 0 } mark && MarkOf(Path.Combine(folder(), file.Name)) == mark;

    /// <summary>What tells the staged file from every other, and stays when it is renamed; null if there is none.</summary>
    private static string? MarkOf(string path) => Posix.Stamp(path) is { } stamp ? string.Create(CultureInfo.InvariantCulture, $"{stamp.Inode}:{stamp.ModifiedNs}:{stamp.Size}") : null;

    private void DeleteStaged()
    {
        try
        {
            Directory.Delete(Staging);
            Directory.Delete(Path.GetDirectoryName(Staging)!);
        }
        catch (IOException)
        {
            // Not there, or other files are in it.
        }
    }

    private string IdOf(PublishFile file) => IdOf(file.Name);

    private string IdOf(string name) => $"pvc://{claim.ClaimName}/{claim.Path.Trim('/')}/{name}";

    private async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(folder(), $"publishing to {place.Field}.persistentVolumeClaim", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlatformException(
                FailureKind.Terminal, Api.Conditions.Reasons.DistributionFailed, $"{place.Field}.persistentVolumeClaim: {e.Message}", "check that the builder may write to the volume", e);
        }
    }
}
