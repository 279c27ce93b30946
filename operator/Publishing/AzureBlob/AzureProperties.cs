namespace ImageOperator.Publishing.AzureBlob;

/// <summary>What the ledger knows of a blob.</summary>
internal static class AzureProperties
{
    public const string Type = "publish/azureBlob";

    /// <summary>A snapshot of what stood under the name before: it goes when the build has ended.</summary>
    public const string BeforeType = "publish/azureSnapshot";

    public const string Blob = "blob";
    public const string Sha256 = "sha256";

    /// <summary>The blob that pages are collected in, beside their place.</summary>
    public const string Staging = "staging";
}
