using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Journal;

/// <summary>Keeps a target's status in a JSON file. Each save replaces the file as a whole, and is on the disk when it returns.</summary>
/// <param name="path">The file.</param>
/// <param name="attempt">This process's attempt.</param>
public sealed class FileJournal(string path, int attempt) : IBuildJournal
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    /// <inheritdoc />
    public async Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return null;
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<TargetStatus>(file, Indented, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task SaveAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        var written = await LoadAsync(cancellationToken).ConfigureAwait(false);
        if (written?.Attempt > attempt) throw new FencedException(attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{attempt}.partial";
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await JsonSerializer.SerializeAsync(file, status with { Attempt = attempt }, Indented, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <inheritdoc />
    public Task<StopReason> GetStopReasonAsync(CancellationToken cancellationToken) => Task.FromResult(StopReason.Cancelled);
}
