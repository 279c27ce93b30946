using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Cli.Logs;

/// <summary>Logs that builders stored beside their images because they are too long for a ConfigMap.</summary>
internal static class StoredLogs
{
    /// <returns>The log's lines, gzip.</returns>
    /// <exception cref="StoreException">It cannot be had.</exception>
    public static async Task<Stream> ReadAsync(LogCluster cluster, ImageBuild build, LogSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = KeptLog.FileName(build.Metadata.Name, source.Target, source.Attempt);
        var output = build.Status?.Template?.Targets.FirstOrDefault(t => t.Name == source.Target)?.Qemu?.Output;
        if (output?.HostPath is { } folder)
        {
            var file = Path.Combine(folder.Path, name);
            return File.Exists(file) ? File.OpenRead(file) : throw new StoreException($"it is on the node's disk, in {file}");
        }

        if (output?.PersistentVolumeClaim is not { } claim) throw new StoreException("the target has no output store for it");
        if (source.Reader is not { } reader) throw new StoreException("the operator that kept the log did not say how to read the claim");
        // The builder knows no better either: a folder that is named by an expression is not used.
        var path = claim.Path.Contains("$(", StringComparison.Ordinal) ? name : $"{claim.Path.Trim('/')}/{name}";
        return new MemoryStream(Decode(await cluster.RunAsync(ReaderPod.Of(build, reader, claim.ClaimName, path), time, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>The stored log, and after it what only the kept one has: the stored one ends early if its builder was killed, or said too much even for a file.</summary>
    public static async IAsyncEnumerable<string> JoinAsync(Stream stored, Stream? kept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = "";
        var gzip = new GZipStream(stored, CompressionMode.Decompress);
        await using (gzip.ConfigureAwait(false))
        {
            using var reader = new StreamReader(gzip);
            while (await NextAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
            {
                yield return line;
                if (Text(line, "time") is { Length: > 0 } time) last = time;
            }
        }

        if (kept is null) yield break;
        await using (kept.ConfigureAwait(false))
        {
            var after = false;
            await foreach (var line in LogCluster.LinesAsync(kept, cancellationToken).ConfigureAwait(false))
            {
                if (after && string.CompareOrdinal(Text(line, "time"), last) > 0) yield return line;
                after |= Text(line, "event") == KeptLog.CutEvent;
            }
        }
    }

    /// <summary>What a killed builder wrote last is torn.</summary>
    private static async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    private static byte[] Decode(string lines)
    {
        try
        {
            return Convert.FromBase64String(lines);
        }
        catch (FormatException)
        {
            throw new StoreException("the pod that reads it printed something else");
        }
    }

    private static string Text(string line, string name)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.ValueKind == JsonValueKind.Object && entry.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
