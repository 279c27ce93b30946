using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>A web server that takes files with PUT. An upload that breaks off starts over: the protocol knows no other way.</summary>
[CelRule("!has(self.secretRef) || !self.url.startsWith('http://')", ClearText, FieldPath = ".secretRef")]
[CelRule("!has(self.secretHeaders) || size(self.secretHeaders) == 0 || has(self.secretRef)", HeadersNeedSecret, FieldPath = ".secretHeaders")]
public sealed record HttpDestination
{
    internal const string ClearText = "the credentials would be sent in clear text: write the url with https, or remove secretRef";
    internal const string HeadersNeedSecret = "needs secretRef, which names the Secret that the values stand in";

    /// <summary>The file's URL; where it ends in <c>/</c>, the file's name is added.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^(https?://|\\$\\().+")]
    public required string Url { get; init; }

    /// <summary>A Secret with <c>username</c> and <c>password</c>, or <c>bearerToken</c>; <c>ca.crt</c>; and the keys that secretHeaders name.</summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>Headers of each request. They are shown: what is secret belongs into secretHeaders.</summary>
    [Bounds(Max = 32, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Headers whose values stand in the Secret.</summary>
    [Bounds(Max = 16)]
    [ListMapKey("name")]
    public IReadOnlyList<HttpSecretHeader> SecretHeaders { get; init; } = [];

    /// <summary>The header that gets the file's SHA-256 in hexadecimal, and says it when the file is looked at, such as <c>X-Checksum-Sha256</c>.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern(HttpSecretHeader.NamePattern)]
    public string? ChecksumHeader { get; init; }

    /// <summary>Do not look whether the server has what was sent: for servers that take files and show none.</summary>
    public bool SkipVerification { get; init; }
}
