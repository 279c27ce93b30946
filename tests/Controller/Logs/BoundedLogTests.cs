using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Controller.Logs;

namespace ImageOperator.Controller.Tests.Logs;

public sealed class BoundedLogTests
{
    [Fact]
    public void ShortLog_IsKeptWhole()
    {
        var log = new BoundedLog(1000, 1000);
        foreach (var line in Lines(20)) log.Add(line);

        Assert.Equal(Lines(20), Read(log.Compress(10_000)));
        Assert.Equal((20, 0, 0), (log.Lines, log.CutLines, log.CutBytes));
    }

    [Fact]
    public void LongLog_KeepsBeginningAndEnd_AndSaysWhatIsMissing()
    {
        var log = new BoundedLog(headBytes: 100, tailBytes: 200);
        foreach (var line in Lines(1000)) log.Add(line);

        var kept = Read(log.Compress(10_000));

        var gap = Assert.Single(kept, l => l.Contains("\"cut\"", StringComparison.Ordinal));
        var at = kept.IndexOf(gap);
        Assert.Equal(Lines(1000).Take(at), kept.Take(at));
        Assert.Equal(Lines(1000).TakeLast(kept.Count - at - 1), kept.Skip(at + 1));
        Assert.True(at > 0 && kept.Count - at > 1);
        var cut = JsonSerializer.Deserialize<JsonElement>(gap);
        Assert.Equal(1000 - (kept.Count - 1), cut.GetProperty("lines").GetInt32());
        Assert.Contains("imagectl logs --whole", cut.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(log.Bytes, cut.GetProperty("bytes").GetInt64() + kept.Where(l => l != gap).Sum(l => l.Length + 1));
    }

    [Fact]
    public void LogThatShrinksLittle_IsCutUntilItFits()
    {
        var log = new BoundedLog(headBytes: 256 << 10, tailBytes: 768 << 10);
        // Random letters: gzip makes three quarters of them.
        var lines = Enumerable.Range(0, 10_000).Select(i => $"{i} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(75))}").ToArray();
        foreach (var line in lines) log.Add(line);

        var compressed = log.Compress(64 << 10);

        Assert.InRange(compressed.Length, 32 << 10, 64 << 10);
        var kept = Read(compressed);
        Assert.Equal(lines[0], kept[0]);
        Assert.Equal(lines[^1], kept[^1]);
        Assert.Equal(lines.Length, kept.Count - 1 + log.CutLines);
    }

    private static string[] Lines(int count) => [.. Enumerable.Range(1, count).Select(i => $"line {i}")];

    private static List<string> Read(byte[] gzip)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
