using System.Globalization;
using System.Text.Json.Nodes;

namespace ImageOperator.Publishing.Tests.Gcs;

/// <summary>What the double holds: generations of objects, and uploads under way.</summary>
internal sealed class GcsStore
{
    private const int Unit = 256 << 10;

    private readonly Lock _lock = new();
    private readonly List<Stored> _objects = [];
    private readonly Dictionary<string, Upload> _uploads = [];
    private long _generation = 1000;

    public string Bucket { get; } = "images";

    /// <summary>Whether replaced and deleted generations stay.</summary>
    public bool Versions { get; set; }

    /// <summary>Whether they can be restored, as new buckets have it.</summary>
    public bool SoftDelete { get; set; }

    /// <summary>The most that is kept of one chunk; the rest must be sent again.</summary>
    public int MostOfChunk { get; set; } = int.MaxValue;

    /// <summary>Changes what is stored.</summary>
    public Action<byte[]>? Damage { get; set; }

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _objects.Where(o => o.Life == Life.Live).Select(o => o.Name)];
        }
    }

    /// <summary>Generations that are neither live nor deleted softly.</summary>
    public int Noncurrent
    {
        get
        {
            lock (_lock) return _objects.Count(o => o.Life == Life.Noncurrent);
        }
    }

    public int OpenUploads
    {
        get
        {
            lock (_lock) return _uploads.Values.Count(u => u.Made is null);
        }
    }

    public Stored? Live(string name)
    {
        lock (_lock) return _objects.Find(o => o.Name == name && o.Life == Life.Live);
    }

    public void Put(string name, byte[] content, JsonObject? described = null)
    {
        lock (_lock) Make(name, content, described ?? []);
    }

    public void LoseUploads()
    {
        lock (_lock) _uploads.Clear();
    }

    public string? Begin(string name, JsonObject described, long length, long? ifGeneration)
    {
        lock (_lock)
        {
            if (!Matches(name, ifGeneration)) return null;
            var id = $"s3cret-upload-{Guid.NewGuid():N}";
            _uploads[id] = new() { Name = name, Described = described, Content = new byte[length], IfGeneration = ifGeneration };
            return id;
        }
    }

    public Upload? Find(string id)
    {
        lock (_lock) return _uploads.GetValueOrDefault(id);
    }

    public void Cancel(string id)
    {
        lock (_lock)
        {
            if (_uploads.GetValueOrDefault(id) is { Made: null }) _uploads.Remove(id);
        }
    }

    public (int Status, string Text) Status(Upload upload)
    {
        lock (_lock) return upload.Made is { } made ? (200, made.ToJson()) : (308, "");
    }

    public async Task<(int Status, string Text)> ReceiveAsync(Upload upload, string range, Stream body)
    {
        // "bytes 0-9/20"
        var numbers = range["bytes ".Length..].Split('-', '/').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var (from, to, total) = (numbers[0], numbers[1], numbers[2]);
        if (total != upload.Content.Length || from != upload.Received) return (400, $"the range {range} does not go on at {upload.Received} of {upload.Content.Length}");
        if (to + 1 != total && (to + 1 - from) % Unit != 0) return (400, "a chunk that is not the last one must be a multiple of 256 KiB");
        var (read, ended) = (0, false);
        try
        {
            while (read < to + 1 - from && await body.ReadAsync(upload.Content.AsMemory((int)from + read, (int)(to + 1 - from) - read)) is > 0 and var count) read += count;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            ended = true;
        }

        lock (_lock)
        {
            if (ended || read < to + 1 - from || read > MostOfChunk)
            {
                upload.Received += Math.Min(read, MostOfChunk) / Unit * Unit;
                return (308, "");
            }

            upload.Received += read;
            return upload.Received < total ? (308, "") : Finish(upload);
        }
    }

    public int Delete(string name, long? generation)
    {
        lock (_lock)
        {
            var found = generation is null ? Live(name) : _objects.Find(o => o.Name == name && o.Generation == generation && o.Life != Life.SoftDeleted);
            if (found is null) return 404;
            if (generation is null && Versions) found.Life = Life.Noncurrent;
            else Drop(found);
            return 204;
        }
    }

    public bool Has(string name, long generation)
    {
        lock (_lock) return _objects.Exists(o => o.Name == name && o.Generation == generation && o.Life != Life.SoftDeleted);
    }

    public int Rewrite(string name, long source, long? ifGeneration)
    {
        lock (_lock)
        {
            if (!Has(name, source)) return 404;
            if (!Matches(name, ifGeneration)) return 412;
            var found = _objects.First(o => o.Name == name && o.Generation == source);
            Make(name, found.Content, found.Described);
            return 200;
        }
    }

    public int Restore(string name, long generation, long? ifGeneration)
    {
        lock (_lock)
        {
            if (_objects.Find(o => o.Name == name && o.Generation == generation && o.Life == Life.SoftDeleted) is not { } found) return 404;
            if (!Matches(name, ifGeneration)) return 412;
            Make(name, found.Content, found.Described);
            return 200;
        }
    }

    private (int Status, string Text) Finish(Upload upload)
    {
        Damage?.Invoke(upload.Content);
        if (!Matches(upload.Name, upload.IfGeneration)) return (412, "At least one of the pre-conditions you specified did not hold.");
        if ((string?)upload.Described["crc32c"] is { } given && given != Crc32C(upload.Content)) return (400, $"Provided CRC32C \"{given}\" doesn't match calculated CRC32C \"{Crc32C(upload.Content)}\".");
        upload.Made = Make(upload.Name, upload.Content, upload.Described);
        return (200, upload.Made.ToJson());
    }

    private bool Matches(string name, long? ifGeneration) => ifGeneration is null || (Live(name)?.Generation ?? 0) == ifGeneration;

    private Stored Make(string name, byte[] content, JsonObject described)
    {
        if (Live(name) is { } before)
        {
            if (Versions) before.Life = Life.Noncurrent;
            else Drop(before);
        }

        var made = new Stored { Name = name, Content = content, Described = described, Generation = ++_generation };
        _objects.Add(made);
        return made;
    }

    private void Drop(Stored found)
    {
        if (SoftDelete) found.Life = Life.SoftDeleted;
        else _objects.Remove(found);
    }

    /// <summary>Bit by bit, not as the product does it.</summary>
    public static string Crc32C(byte[] content)
    {
        const uint polynomial = 0x82F63B78;
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            table[i] = i;
            for (var bit = 0; bit < 8; bit++) table[i] = (table[i] & 1) != 0 ? (table[i] >> 1) ^ polynomial : table[i] >> 1;
        }

        var crc = uint.MaxValue;
        foreach (var one in content) crc = table[(byte)(crc ^ one)] ^ (crc >> 8);
        crc = ~crc;
        return Convert.ToBase64String([(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc]);
    }

    internal enum Life
    {
        Live,
        Noncurrent,
        SoftDeleted,
    }

    internal sealed class Stored
    {
        public required string Name { get; init; }

        public required byte[] Content { get; init; }

        public required JsonObject Described { get; init; }

        public required long Generation { get; init; }

        public Life Life { get; set; }

        public string ToJson()
        {
            var json = Described.DeepClone().AsObject();
            json["kind"] = "storage#object";
            json["name"] = Name;
            json["generation"] = Generation.ToString(CultureInfo.InvariantCulture);
            json["size"] = Content.Length.ToString(CultureInfo.InvariantCulture);
            json["crc32c"] = Crc32C(Content);
            return json.ToJsonString();
        }
    }

    internal sealed class Upload
    {
        public required string Name { get; init; }

        public required JsonObject Described { get; init; }

        public required byte[] Content { get; init; }

        public required long? IfGeneration { get; init; }

        public long Received { get; set; }

        public Stored? Made { get; set; }
    }
}
