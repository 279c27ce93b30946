namespace ImageOperator.Workspaces.Tests;

/// <summary>Messages may have a part of a Secret's value in them: those parts are masked, too.</summary>
public sealed class SecretPartsTests
{
    [Theory]
    [InlineData("connectionString", "DefaultEndpointsProtocol=https;AccountName=images;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net", "c2VjcmV0")]
    [InlineData("connectionString", "BlobEndpoint=https://images.blob.core.windows.net;SharedAccessSignature=sv=1&sr=c&sig=abc%2Fdef", "abc%2Fdef")]
    [InlineData("sasToken", "?sv=2024-11-04&sr=c&sp=racwdl&sig=abc%2Fdef\n", "abc%2Fdef")]
    [InlineData("accountKey", "c2VjcmV0", "c2VjcmV0")]
    public void KeyOrSignature_IsASecretOfItsOwn(string key, string value, string part) => Assert.Contains(part, CredentialSecrets.Of(key, value));
}
