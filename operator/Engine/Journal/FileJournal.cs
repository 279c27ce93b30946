using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Journal;

/// <summary>
/// Keeps a target's status in a JSON file. Each save replaces the file as a whole, and is on the disk when it returns.
/// Nobody starts attempts here as the operator does in a cluster, so the first load makes this attempt the newest.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="attempt">This process's attempt.</param>
/// <param name="stopOrder">Why a process that is asked to stop must; it was cancelled if not given.</param>
public sealed class FileJournal(string path, int attempt, Func<StopOrder>? stopOrder = null) : IBuildJournal
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(20);

    private readonly string _path = Path.GetFullPath(path);

    /// <inheritdoc />
    public async Task<TargetStatus?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path)) return null;
        await using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        var status = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (status is not null && (status.Attempt ?? 0) < attempt) await WriteAsync(status, cancellationToken).ConfigureAwait(false);
        return status;
    }

    /// <inheritdoc />
    public async Task SaveAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        await using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        var written = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (written?.Attempt > attempt) throw new FencedException(attempt);
        await WriteAsync(status, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<StopOrder> GetStopOrderAsync(CancellationToken cancellationToken) => Task.FromResult(stopOrder?.Invoke() ?? new StopOrder(StopReason.Cancelled));

    /// <summary>Orders stand in a file beside the journal's, of the same name with <c>.resume</c>.</summary>
    public async Task<ResumeOrder> GetResumeOrderAsync(string target, string step, CancellationToken cancellationToken)
    {
        try
        {
            return ResumeOrders.For(await File.ReadAllTextAsync(ResumeFile(_path), cancellationToken).ConfigureAwait(false), target, step);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ResumeOrder.Hold;
        }
    }

    /// <inheritdoc />
    public string HowToResume(BuildIdentity build, string step)
    {
        ArgumentNullException.ThrowIfNull(build);
        return $"imagectl resume {build.Name}, or write {ResumeOrders.Write(build.Target, step, stop: false)} into {ResumeFile(_path)}";
    }

    /// <summary>The file of orders of the journal in a file.</summary>
    public static string ResumeFile(string journal) => journal + ".resume";

    private async Task<TargetStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path)) return null;
        await using var file = File.OpenRead(_path);
        return await JsonSerializer.DeserializeAsync<TargetStatus>(file, Indented, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(TargetStatus status, CancellationToken cancellationToken)
    {
        var partial = $"{_path}.{attempt}.partial";
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await JsonSerializer.SerializeAsync(file, status with { Attempt = attempt }, Indented, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, _path, overwrite: true);
    }

    /// <summary>Reading and replacing is one step against other processes; the lock goes with the process.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(_path + ".lock"))
            {
                await Task.Delay(LockPoll, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
