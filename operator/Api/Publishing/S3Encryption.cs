using System.Text.Json.Serialization;

namespace ImageOperator.Api.Publishing;

/// <summary>How S3 encrypts an object.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<S3Encryption>))]
public enum S3Encryption
{
    /// <summary>With keys of the storage.</summary>
    [JsonStringEnumMemberName("AES256")]
    Aes256,

    /// <summary>With a key of AWS KMS.</summary>
    [JsonStringEnumMemberName("aws:kms")]
    Kms,
}
