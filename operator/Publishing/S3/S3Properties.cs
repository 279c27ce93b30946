namespace ImageOperator.Publishing.S3;

/// <summary>What the ledger knows of an object.</summary>
internal static class S3Properties
{
    public const string Type = "publish/s3";
    public const string Bucket = "bucket";
    public const string Key = "key";
    public const string Sha256 = "sha256";
    public const string Begun = "begun";
    public const string UploadId = "uploadId";
    public const string PartSize = "partSize";
}
