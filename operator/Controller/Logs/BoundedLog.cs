using System.Globalization;
using System.IO.Compression;
using System.Text;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Controller.Logs;

/// <summary>Takes a log of any length and keeps its beginning and its end; a line in between says how much is missing.</summary>
/// <param name="headBytes">Most bytes of the beginning.</param>
/// <param name="tailBytes">Most bytes of the end.</param>
internal sealed class BoundedLog(int headBytes, int tailBytes)
{
    private readonly List<byte[]> head = [];
    private readonly LinkedList<byte[]> tail = [];
    private int headSize;
    private int tailSize;

    /// <summary>All lines that came.</summary>
    public long Lines { get; private set; }

    /// <summary>All bytes that came.</summary>
    public long Bytes { get; private set; }

    public long CutLines { get; private set; }

    public long CutBytes { get; private set; }

    public void Add(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        Lines++;
        Bytes += bytes.Length;
        if (tail.Count == 0 && headSize + bytes.Length <= headBytes)
        {
            head.Add(bytes);
            headSize += bytes.Length;
            return;
        }

        tail.AddLast(bytes);
        tailSize += bytes.Length;
        while (tailSize > tailBytes) CutTail();
    }

    /// <summary>The log as gzip, of at most this size: it is cut further until it is.</summary>
    public byte[] Compress(int limit)
    {
        while (true)
        {
            var compressed = Compress();
            if (compressed.Length <= limit || (head.Count == 0 && tail.Count == 0)) return compressed;

            // A little more than it must be, so that few rounds are needed.
            var share = 0.9 * limit / compressed.Length;
            var (headGoal, tailGoal) = ((int)(headSize * share), (int)(tailSize * share));
            while (headSize > headGoal) CutHead();
            while (tailSize > tailGoal) CutTail();
        }
    }

    private byte[] Compress()
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Optimal))
        {
            foreach (var line in head) gzip.Write(line);
            if (CutLines > 0) gzip.Write(Encoding.UTF8.GetBytes(Gap() + "\n"));
            foreach (var line in tail) gzip.Write(line);
        }

        return result.ToArray();
    }

    private string Gap() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"level":"warning","event":"{{KeptLog.CutEvent}}","message":"{{CutLines}} lines ({{CutBytes}} bytes) are left out here: the log was too long for a ConfigMap; imagectl logs --whole has all of it where the target has an output store","lines":{{CutLines}},"bytes":{{CutBytes}}}""");

    private void CutHead()
    {
        Cut(head[^1]);
        headSize -= head[^1].Length;
        head.RemoveAt(head.Count - 1);
    }

    private void CutTail()
    {
        Cut(tail.First!.Value);
        tailSize -= tail.First.Value.Length;
        tail.RemoveFirst();
    }

    private void Cut(byte[] line)
    {
        CutLines++;
        CutBytes += line.Length;
    }
}
