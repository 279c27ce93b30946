using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>UEFI keys, each in base64: X.509 certificates in DER form, or binary lists.</summary>
public sealed record GcpUefiKeys
{
    private const string Base64 = "^[A-Za-z0-9+/]+={0,2}$";
    private const int Longest = 87384;

    /// <summary>The platform key.</summary>
    [Bounds(Min = 4, Max = Longest)]
    [Pattern(Base64)]
    public string? Pk { get; init; }

    /// <summary>Key exchange keys.</summary>
    [Bounds(Max = 16, MaxItemLength = Longest)]
    [Pattern(Base64)]
    public IReadOnlyList<string> Keks { get; init; } = [];

    /// <summary>What is allowed to boot.</summary>
    [Bounds(Max = 16, MaxItemLength = Longest)]
    [Pattern(Base64)]
    public IReadOnlyList<string> Dbs { get; init; } = [];

    /// <summary>What is not.</summary>
    [Bounds(Max = 16, MaxItemLength = Longest)]
    [Pattern(Base64)]
    public IReadOnlyList<string> Dbxs { get; init; } = [];
}
