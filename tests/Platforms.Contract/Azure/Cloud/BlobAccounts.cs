using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Page blobs of storage accounts: looked at, copied to from managed disks, deleted. What they answer has the storage's form, not the resource manager's.</summary>
internal sealed class BlobAccounts(ArmCloud cloud)
{
    private const string Type = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";

    /// <summary>What a copied disk has, and a VHD's footer.</summary>
    public const long DiskLength = (30L << 30) + 512;

    private readonly Dictionary<string, BlobThing> _blobs = [];
    private int _tags;

    /// <summary>The containers, as <c>https://account.blob.core.windows.net/container</c>.</summary>
    public HashSet<string> Containers { get; } = [];

    public IEnumerable<string> Names => _blobs.Keys.Select(b => $"{Type} {b}");

    public IEnumerable<BlobThing> All => _blobs.Values;

    /// <summary>Every header by which a disk was asked to be copied.</summary>
    public List<string> Sources { get; } = [];

    /// <summary>How many of the next copies fail.</summary>
    public int Failing { get; set; }

    public static string ActionOf(HttpRequestMessage message) => $"{Type}/{message.Method.Method switch { "HEAD" or "GET" => "read", "DELETE" => "delete", _ => "write" }}";

    public BlobThing? Find(string url) => _blobs.GetValueOrDefault(url);

    public void Remove(string url) => _blobs.Remove(url);

    /// <summary>Puts one there, as its owner would.</summary>
    /// <param name="url">Where.</param>
    /// <param name="tag">Its entity tag; null where the caller may not read it.</param>
    public BlobThing Add(string url, string? tag)
    {
        Containers.Add(url[..url.LastIndexOf('/')]);
        return _blobs[url] = new(url, tag);
    }

    /// <summary>A fault of the resource manager's in the storage's words.</summary>
    public static HttpResponseMessage Refuse(HttpRequestMessage message, ArmAnswer fault)
    {
        var code = fault.Status switch { 401 => "InvalidAuthenticationInfo", 403 => "AuthorizationPermissionMismatch", 429 or 503 => "ServerBusy", 404 => null, _ => "InternalError" };
        var refused = Said(message, fault.Status == 429 ? 503 : fault.Status, code);
        foreach (var (name, value) in fault.Headers) refused.Headers.TryAddWithoutValidation(name, value);
        return refused;
    }

    /// <summary>Ends the copies that are due, and those whose source cannot be read any more.</summary>
    public void Advance()
    {
        foreach (var blob in _blobs.Values.Where(b => b.CopyStatus == "pending"))
        {
            if (blob.Source?.Signature != blob.Signature)
            {
                End(blob, "failed", "403 AuthenticationFailed \"Copy failed when reading the source.\"");
            }
            else if (blob.CopyEnd <= cloud.Now) End(blob, blob.Fails ? "failed" : "success", blob.Fails ? "500 InternalServerError \"Copy failed.\"" : null);
        }
    }

    public HttpResponseMessage Answer(HttpRequestMessage message)
    {
        if (message.Headers.Authorization?.Scheme != "Bearer" || !message.Headers.Contains("x-ms-version")) return Said(message, 401, "NoAuthenticationInformation");
        var url = message.RequestUri!.GetLeftPart(UriPartial.Path);
        if (!Containers.Any(c => url.StartsWith(c + "/", StringComparison.Ordinal))) return Said(message, 404, "ContainerNotFound");
        var found = _blobs.GetValueOrDefault(url);
        if (found is { Tag: null }) return Said(message, 403, "AuthorizationPermissionMismatch");
        return message.Method.Method switch
        {
            "HEAD" => found is null ? Said(message, 404, "BlobNotFound") : Properties(message, found),
            "DELETE" => Delete(message, found),
            "PUT" when message.RequestUri.Query.Contains("comp=copy", StringComparison.Ordinal) => Abort(message, found),
            "PUT" when message.RequestUri.Query.Contains("comp=metadata", StringComparison.Ordinal) => Note(message, found),
            "PUT" when message.Headers.Contains("x-ms-copy-source") => Copy(message, url, found),
            _ => Said(message, 405, "UnsupportedHttpVerb"),
        };
    }

    private HttpResponseMessage Copy(HttpRequestMessage message, string url, BlobThing? found)
    {
        var source = message.Headers.GetValues("x-ms-copy-source").Single();
        Sources.Add(source);
        if (found is { CopyStatus: "pending" }) return Said(message, 409, "PendingCopyOperation");
        if (found is not null && message.Headers.IfNoneMatch.Contains(EntityTagHeaderValue.Any)) return Said(message, 409, "BlobAlreadyExists");
        var disk = cloud.Things.FirstOrDefault(t => t.Signature is { } s && source == $"https://{AccessRules.Host}/{t.UniqueId}/abcd?sv=2018-03-28&sr=b&sig={s}");
        if (disk is null) return Said(message, 403, "CannotVerifyCopySource");
        var made = _blobs[url] = new(url, NextTag())
        {
            Notes = NotesIn(message),
            CopyId = Guid.NewGuid().ToString(),
            CopyStatus = "pending",
            CopyBegin = cloud.Now,
            CopyEnd = cloud.Now + cloud.Timings.Copy,
            Source = disk,
            Signature = disk.Signature,
            Fails = Failing-- > 0,
        };
        var answer = Said(message, 202, null);
        answer.Headers.ETag = new($"\"{made.Tag}\"");
        answer.Headers.Add("x-ms-copy-id", made.CopyId);
        answer.Headers.Add("x-ms-copy-status", "pending");
        return answer;
    }

    private HttpResponseMessage Abort(HttpRequestMessage message, BlobThing? found)
    {
        if (found is null) return Said(message, 404, "BlobNotFound");
        if (message.Headers.GetValues("x-ms-copy-action").Single() != "abort") return Said(message, 400, "InvalidHeaderValue");
        if (found.CopyStatus != "pending" || !message.RequestUri!.Query.Contains($"copyid={found.CopyId}", StringComparison.Ordinal)) return Said(message, 409, "NoPendingCopyOperation");
        End(found, "aborted", null);
        return Said(message, 204, null);
    }

    private HttpResponseMessage Note(HttpRequestMessage message, BlobThing? found)
    {
        if (found is null) return Said(message, 404, "BlobNotFound");
        if (IsOther(message, found)) return Said(message, 412, "ConditionNotMet");
        if (found.CopyStatus == "pending") return Said(message, 409, "PendingCopyOperation");
        (found.Notes, found.Tag) = (NotesIn(message), NextTag());
        return Said(message, 200, null);
    }

    private static Dictionary<string, string> NotesIn(HttpRequestMessage message) =>
        message.Headers.Where(h => h.Key.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key, h => h.Value.Single());

    private static bool IsOther(HttpRequestMessage message, BlobThing found) => message.Headers.IfMatch.Count > 0 && message.Headers.IfMatch.All(t => t.Tag != $"\"{found.Tag}\"");

    private HttpResponseMessage Delete(HttpRequestMessage message, BlobThing? found)
    {
        if (found is null) return Said(message, 404, "BlobNotFound");
        if (IsOther(message, found)) return Said(message, 412, "ConditionNotMet");
        if (found.CopyStatus == "pending") return Said(message, 409, "PendingCopyOperation");
        _blobs.Remove(found.Url);
        return Said(message, 202, null);
    }

    private HttpResponseMessage Properties(HttpRequestMessage message, BlobThing blob)
    {
        var answer = Said(message, 200, null);
        answer.Headers.ETag = new($"\"{blob.Tag}\"");
        answer.Content = new ByteArrayContent([]);
        answer.Content.Headers.ContentLength = blob.CopyStatus is "aborted" or "failed" ? 0 : DiskLength;
        answer.Headers.Add("x-ms-blob-type", "PageBlob");
        foreach (var (name, value) in blob.Notes) answer.Headers.Add(name, value);
        if (blob.CopyId is null) return answer;
        var part = blob.CopyStatus == "success" ? 1 : Math.Clamp((cloud.Now - blob.CopyBegin) / (blob.CopyEnd - blob.CopyBegin), 0, 1);
        answer.Headers.Add("x-ms-copy-id", blob.CopyId);
        answer.Headers.Add("x-ms-copy-status", blob.CopyStatus);
        answer.Headers.Add("x-ms-copy-progress", string.Create(CultureInfo.InvariantCulture, $"{(long)(part * DiskLength)}/{DiskLength}"));
        if (blob.CopyDescription is { } why) answer.Headers.Add("x-ms-copy-status-description", why);
        return answer;
    }

    private void End(BlobThing blob, string status, string? description) => (blob.CopyStatus, blob.CopyDescription, blob.Tag) = (status, description, NextTag());

    private string NextTag() => string.Create(CultureInfo.InvariantCulture, $"0x8DC{++_tags:X12}");

    // A HEAD's answer has no body.
    private static HttpResponseMessage Said(HttpRequestMessage message, int status, string? code)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = message };
        if (code is null) return answer;
        answer.Headers.Add("x-ms-error-code", code);
        if (message.Method != HttpMethod.Head) answer.Content = new StringContent($"\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>It is {code}.\nRequestId:1\nTime:2</Message></Error>", Encoding.UTF8, "application/xml");
        return answer;
    }
}

/// <summary>A blob.</summary>
internal sealed class BlobThing(string url, string? tag)
{
    public string Url { get; } = url;

    public string? Tag { get; set; } = tag;

    /// <summary>The metadata, as headers.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; set; } = new Dictionary<string, string>();

    public string? CopyId { get; init; }

    public string? CopyStatus { get; set; }

    public string? CopyDescription { get; set; }

    public DateTimeOffset CopyBegin { get; init; }

    public DateTimeOffset CopyEnd { get; init; }

    /// <summary>What is copied, and by which signature.</summary>
    public ArmThing? Source { get; init; }

    public string? Signature { get; init; }

    public bool Fails { get; init; }
}
