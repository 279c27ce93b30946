namespace ImageOperator.Publishing.Files;

/// <summary>A file to publish.</summary>
/// <param name="Role">What it is within its entry: <c>disk</c>, <c>manifest</c>, <c>checksums</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as an artifact: <c>qcow2</c>, <c>raw+gzip</c>, <c>manifest</c>.</param>
/// <param name="Payload">Its content.</param>
/// <param name="Sha256">The content's SHA-256 in hexadecimal.</param>
/// <param name="VirtualSizeBytes">The disk's size, of a disk.</param>
internal sealed record PublishFile(string Role, string Name, string Type, Payload Payload, string Sha256, long? VirtualSizeBytes = null)
{
    public const string Disk = "disk";
    public const string Manifest = "manifest";
    public const string Checksums = "checksums";
}
