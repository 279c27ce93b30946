namespace ImageOperator.Publishing.Http;

/// <summary>What a web server says of a file.</summary>
/// <param name="Length">Its size.</param>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Sha256">Its checksum, where the server says it.</param>
internal sealed record HttpFile(long? Length, string? Tag, string? Sha256);
