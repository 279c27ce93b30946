using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ImageOperator.Builder.Logging;

namespace ImageOperator.Builder.Tests.Logging;

public sealed class StoredLogTests : IDisposable
{
    private const int Kept = 64 << 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("stored-log-").FullName;

    private string File => Path.Combine(_folder, "web", "web-1-lab-1.log.jsonl.gz");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SmallLog_IsTheOperatorsToKeep()
    {
        using var log = Log();

        Write(log, Random(200));

        Assert.False(log.Complete());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Null(log.Problem);
    }

    [Fact]
    public void LogThatDoesNotFitCompressed_IsStoredWhole()
    {
        using var log = Log();
        var lines = Random(4000);

        Write(log, lines);

        Assert.True(log.Complete());
        Assert.Equal(lines, Read());
    }

    /// <summary>The operator reads only so much, however well it would compress.</summary>
    [Fact]
    public void LongLogOfTheSameWords_IsStoredWhole()
    {
        using var log = Log();
        var lines = Enumerable.Repeat(new string('x', 1000), 17 * (Kept / 1000)).ToArray();

        Write(log, lines);

        Assert.True(log.Complete());
        Assert.Equal(lines, Read());
    }

    /// <summary>SIGKILL, out of memory: what was written so far can be read.</summary>
    [Fact]
    public void BuilderKilled_LeavesWhatItSaid()
    {
        using var log = Log();
        var lines = Random(8000);

        Write(log, lines);

        var left = Torn();
        Assert.Equal(lines.Take(left.Count), left);
        Assert.True(left.Count > 7000, $"only {left.Count} lines are on the disk");
    }

    [Fact]
    public void LogWithoutEnd_IsBounded_AndSaysSo()
    {
        using var log = Log();
        var lines = Random(120_000);

        Write(log, lines);

        Assert.True(log.Complete());
        Assert.InRange(new FileInfo(File).Length, StoredLog.MostBytes / 2, StoredLog.MostBytes);
        var stored = Read();
        Assert.Contains("\"cut\"", stored[^1], StringComparison.Ordinal);
        Assert.Equal(lines.Take(stored.Count - 1), stored.SkipLast(1));
    }

    [Fact]
    public void StoreThatCannotBeWritten_IsAProblemAndNoFailure()
    {
        using var log = new StoredLog(Kept);
        System.IO.File.WriteAllText(Path.Combine(_folder, "web"), "a file where the folder should be");
        log.StoreIn(File);

        Write(log, Random(4000));

        Assert.False(log.Complete());
        Assert.NotNull(log.Problem);
    }

    private StoredLog Log()
    {
        var log = new StoredLog(Kept);
        log.StoreIn(File);
        return log;
    }

    private static void Write(StoredLog log, IEnumerable<string> lines)
    {
        foreach (var line in lines) log.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    /// <summary>Lines of 128 characters that compress to half of it.</summary>
    private static string[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => Convert.ToHexString(RandomNumberGenerator.GetBytes(64)))];

    private List<string> Read()
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private List<string> Torn()
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var lines = new List<string>();
        try
        {
            while (reader.ReadLine() is { } line) lines.Add(line);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            // Torn off.
        }

        return lines;
    }
}
