namespace ImageOperator.Publishing.AzureBlob;

/// <summary>The metadata of our blobs: Azure takes identifiers for names only.</summary>
internal static class AzureNotes
{
    public const string Sha256 = "imageoperator_sha256";
    public const string Build = "imageoperator_build";

    /// <summary>On a snapshot: which build made it.</summary>
    public const string Before = "imageoperator_before";

    /// <summary>On a blob that took another one's place: a snapshot of that one was taken.</summary>
    public const string Replaces = "imageoperator_replaces";

    public static Dictionary<string, string> Of(Place place, string sha256, bool replaces = false)
    {
        var notes = new Dictionary<string, string> { [Sha256] = sha256, [Build] = place.Mark };
        if (replaces) notes[Replaces] = "true";
        return notes;
    }
}
