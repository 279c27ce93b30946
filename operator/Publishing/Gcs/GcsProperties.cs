namespace ImageOperator.Publishing.Gcs;

/// <summary>What the ledger knows of an object.</summary>
internal static class GcsProperties
{
    public const string Type = "publish/gcs";
    public const string Object = "object";
    public const string Sha256 = "sha256";

    /// <summary>The upload's address, sealed: who knows it may write.</summary>
    public const string Session = "session";

    /// <summary>The generation that stood there before; 0 for none.</summary>
    public const string Previous = "previous";

    public const string Generation = "generation";
}
