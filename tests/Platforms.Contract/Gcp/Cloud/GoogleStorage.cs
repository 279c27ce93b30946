using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>
/// Objects of Cloud Storage, and resumable uploads of them, by the JSON API: docs/platforms/google-storage-double.md has the rules. Here objects are described and
/// removed, too, and uploads may be of an unknown length.
/// </summary>
internal sealed class GoogleStorage
{
    private const int Unit = 256 << 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredObject> _objects = [];
    private readonly Dictionary<string, StoredUpload> _uploads = [];
    private long _generation = 1_699_999_999_999_999;

    /// <summary>Its URL.</summary>
    public string Root { get; set; } = "https://storage.googleapis.com";

    /// <summary>The buckets that there are; any if null.</summary>
    public IReadOnlySet<string>? Buckets { get; set; }

    /// <summary>Whose tokens may create objects; anyone's if null.</summary>
    public Func<string?, bool>? MayCreate { get; set; }

    /// <summary>The most that is kept of one chunk; the rest must be sent again.</summary>
    public int MostOfChunk { get; set; } = int.MaxValue;

    /// <summary>How many of the next chunks are answered with an error, after their first part was taken.</summary>
    public int ChunkErrors { get; set; }

    /// <summary>Changes what is stored.</summary>
    public Action<byte[]>? Damage { get; set; }

    /// <summary>How many chunks were sent.</summary>
    public int Chunks { get; private set; }

    /// <summary>The objects, as <c>bucket/name</c>.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _objects.Keys];
        }
    }

    public StoredObject? Find(string path)
    {
        lock (_lock) return _objects.GetValueOrDefault(path);
    }

    /// <summary>Someone writes an object.</summary>
    public StoredObject Put(string path, byte[]? content = null, JsonObject? described = null)
    {
        lock (_lock) return _objects[path] = new(path, content ?? [1, 2, 3], described ?? [], ++_generation);
    }

    public void Remove(string path)
    {
        lock (_lock) _objects.Remove(path);
    }

    /// <summary>The method's ID in the API's description; uploads are of <c>insert</c>.</summary>
    public static string? MethodOf(HttpMethod method, Uri url) => (method.Method, url.AbsolutePath) switch
    {
        (_, var path) when path.StartsWith("/upload/storage/v1/", StringComparison.Ordinal) => "storage.objects.insert",
        ("GET", var path) when path.StartsWith("/storage/v1/", StringComparison.Ordinal) => "storage.objects.get",
        ("DELETE", var path) when path.StartsWith("/storage/v1/", StringComparison.Ordinal) => "storage.objects.delete",
        _ => null,
    };

    public static HttpResponseMessage Denied(string method) =>
        Error(HttpStatusCode.Forbidden, "forbidden", $"builder@lab-project.iam.gserviceaccount.com does not have {method} access to the Google Cloud Storage object. Permission '{method}' denied on resource (or it may not exist).");

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        // "", ("upload",) "storage", "v1", "b", BUCKET, "o", NAME
        var parts = request.RequestUri!.AbsolutePath.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        var generation = query["ifGenerationMatch"] is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : (long?)null;
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync();
        lock (_lock)
        {
            if (query["upload_id"] is { } id) return Receive(request, id, body);
            if (parts[1] == "upload") return Begin(request, parts[5], query["name"]!, generation, JsonNode.Parse(body)!.AsObject());
            var path = $"{parts[4]}/{parts[6]}";
            if (_objects.GetValueOrDefault(path) is not { } found) return Error(HttpStatusCode.NotFound, "notFound", $"No such object: {path}");
            if (request.Method == HttpMethod.Get) return Json(found.Describe());
            if (generation is not null && generation != found.Generation) return Precondition();
            _objects.Remove(path);
            return new(HttpStatusCode.NoContent);
        }
    }

    /// <summary>What a worker does, in one go.</summary>
    /// <returns>Null: there is an object already.</returns>
    public StoredObject? Upload(string path, byte[] content, JsonObject metadata)
    {
        lock (_lock) return _objects.ContainsKey(path) ? null : Put(path, content, new() { ["metadata"] = metadata.DeepClone() });
    }

    private HttpResponseMessage Begin(HttpRequestMessage request, string bucket, string name, long? generation, JsonObject described)
    {
        var token = request.Headers.Authorization?.Parameter;
        if (token is null) return Error(HttpStatusCode.Unauthorized, "required", "Anonymous caller does not have storage.objects.create access to the Google Cloud Storage object.");
        if (Buckets?.Contains(bucket) == false) return Error(HttpStatusCode.NotFound, "notFound", "The specified bucket does not exist.");
        if (MayCreate?.Invoke(token) == false) return Denied("storage.objects.create");
        if (!Matches($"{bucket}/{name}", generation)) return Precondition();
        var id = Guid.NewGuid().ToString("n");
        _uploads[id] = new($"{bucket}/{name}", described, generation, new MemoryStream());
        var answer = Json([]);
        answer.Headers.Location = new($"{request.RequestUri!.GetLeftPart(UriPartial.Authority)}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name={Uri.EscapeDataString(name)}&upload_id={id}");
        return answer;
    }

    private HttpResponseMessage Receive(HttpRequestMessage request, string id, byte[] body)
    {
        // The address is the permission.
        if (request.Headers.Authorization is not null) return Error(HttpStatusCode.BadRequest, "invalid", "a token where none is wanted");
        if (_uploads.GetValueOrDefault(id) is not { } upload) return Error(HttpStatusCode.NotFound, "notFound", "No such upload");
        if (upload.Made is { } made) return Json(made.Describe());
        var range = request.Content!.Headers.ContentRange!;
        if (!range.HasRange) return Incomplete(upload);
        Chunks++;
        if (range.From != upload.Content.Length) return Error(HttpStatusCode.BadRequest, "invalid", $"the range {range} does not go on at {upload.Content.Length}");
        if (range.Length is null && body.Length % Unit != 0) return Error(HttpStatusCode.BadRequest, "invalid", "a chunk that is not the last one must be a multiple of 256 KiB");
        if (ChunkErrors > 0)
        {
            ChunkErrors--;
            upload.Content.Write(body, 0, Math.Min(body.Length / 2, MostOfChunk) / Unit * Unit);
            return Error(HttpStatusCode.ServiceUnavailable, "backendError", "Backend Error");
        }

        var kept = body.Length > MostOfChunk ? MostOfChunk / Unit * Unit : body.Length;
        upload.Content.Write(body, 0, kept);
        if (range.Length != upload.Content.Length) return Incomplete(upload);
        if (!Matches(upload.Path, upload.Generation)) return Precondition();
        var content = upload.Content.ToArray();
        Damage?.Invoke(content);
        return Json((upload.Made = Put(upload.Path, content, upload.Described)).Describe());
    }

    private static HttpResponseMessage Incomplete(StoredUpload upload)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)308);
        if (upload.Content.Length > 0) answer.Headers.TryAddWithoutValidation("Range", string.Create(CultureInfo.InvariantCulture, $"bytes=0-{upload.Content.Length - 1}"));
        return answer;
    }

    private bool Matches(string path, long? generation) => generation is null || (_objects.GetValueOrDefault(path)?.Generation ?? 0) == generation;

    private static HttpResponseMessage Precondition() => Error(HttpStatusCode.PreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");

    private static HttpResponseMessage Error(HttpStatusCode status, string reason, string message) => GoogleAnswer.Error(status, reason, message).ToResponse();

    private static HttpResponseMessage Json(JsonObject body) => new(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private sealed record StoredUpload(string Path, JsonObject Described, long? Generation, MemoryStream Content)
    {
        public StoredObject? Made { get; set; }
    }
}

/// <summary>An object, as it was written once.</summary>
internal sealed record StoredObject(string Path, byte[] Content, JsonObject Described, long Generation)
{
#pragma warning disable CA5351 // It is what Cloud Storage tells.
    public string Md5 { get; } = Convert.ToBase64String(MD5.HashData(Content));
#pragma warning restore CA5351

    public JsonObject Describe()
    {
        var described = Described.DeepClone().AsObject();
        described["name"] = Path[(Path.IndexOf('/', StringComparison.Ordinal) + 1)..];
        described["bucket"] = Path[..Path.IndexOf('/', StringComparison.Ordinal)];
        described["generation"] = Generation.ToString(CultureInfo.InvariantCulture);
        described["size"] = Content.Length.ToString(CultureInfo.InvariantCulture);
        described["md5Hash"] = Md5;
        return described;
    }
}
