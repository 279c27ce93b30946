namespace ImageOperator.Publishing.AzureBlob;

/// <summary>The metadata of our blobs: Azure takes identifiers for names only.</summary>
internal static class AzureNotes
{
    public const string Sha256 = "imageoperator_sha256";
    public const string Build = "imageoperator_build";

    /// <summary>On a snapshot: which build made it.</summary>
    public const string Before = "imageoperator_before";

    public static Dictionary<string, string> Of(Place place, string sha256) => new() { [Sha256] = sha256, [Build] = place.Mark };
}
