using System.Globalization;
using Azure;
using Azure.Core;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Clients;

/// <summary>A blob as its storage account shows it.</summary>
/// <param name="Tag">Its entity tag, which changes with each write.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Notes">Its metadata.</param>
internal sealed record BlobState(string Tag, long Length, IReadOnlyDictionary<string, string> Notes)
{
    // Azure takes identifiers for the names of metadata only.
    private const string NotePrefix = "x-ms-meta-";
    private const string Build = "imageoperator_build_uid";
    private const string Target = "imageoperator_target";
    private const string Source = "imageoperator_source";
    private const string Kept = "imageoperator_kept";

    /// <summary>The copy that it was made by; null if it was written.</summary>
    public BlobCopy? Copy { get; init; }

    /// <summary>What it is a copy of.</summary>
    public string? CopyOf => Notes.GetValueOrDefault(Source);

    public bool IsWhole => Copy is null or { Status: "success" };

    public bool IsPending => Copy is { Status: "pending" };

    /// <summary>Whether it is a result: nobody but its owner removes it.</summary>
    public bool IsKept => Notes.ContainsKey(Kept);

    /// <summary>Its metadata, as headers, with that it is a result.</summary>
    public Dictionary<string, string> KeptNotes => new(Notes.ToDictionary(n => NotePrefix + n.Key, n => n.Value)) { [NotePrefix + Kept] = "true" };

    public bool IsOf(BuildIdentity identity) => Notes.GetValueOrDefault(Build) == identity.Uid && Notes.GetValueOrDefault(Target) == identity.Target;

    public static Dictionary<string, string> NotesOf(BuildIdentity identity, string source) => new()
    {
        [NotePrefix + Build] = identity.Uid,
        [NotePrefix + Target] = identity.Target,
        [NotePrefix + Source] = source,
    };

    public static BlobState Read(Response answer)
    {
        var headers = answer.Headers;
        var notes = headers.Where(h => h.Name.StartsWith(NotePrefix, StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Name[NotePrefix.Length..], h => h.Value, StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) && long.TryParse(text, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
        return new(headers.ETag!.Value.ToString("H"), length, notes)
        {
            Copy = headers.TryGetValue("x-ms-copy-id", out var id) && headers.TryGetValue("x-ms-copy-status", out var status) ? new(id!, status!, Text(headers, "x-ms-copy-progress"), Text(headers, "x-ms-copy-status-description")) : null,
        };
    }

    private static string? Text(ResponseHeaders headers, string name) => headers.TryGetValue(name, out var value) ? value : null;
}

/// <summary>The copy that a blob is, or was, made by.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Status"><c>pending</c>, <c>success</c>, <c>aborted</c> or <c>failed</c>.</param>
/// <param name="Progress">How many bytes of how many: <c>512/1024</c>.</param>
/// <param name="Description">Why it failed.</param>
internal sealed record BlobCopy(string Id, string Status, string? Progress, string? Description)
{
    /// <summary>From 0 to 1; null where the storage does not say.</summary>
    public double? Fraction => Progress?.Split('/') is [var done, var all] && double.TryParse(done, CultureInfo.InvariantCulture, out var some) && double.TryParse(all, CultureInfo.InvariantCulture, out var whole) && whole > 0
        ? some / whole : null;
}
