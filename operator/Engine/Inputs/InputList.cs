using System.Security.Cryptography;
using System.Text;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Inputs;

/// <summary>Inputs in the making: what status shows of each, and the digest over all of them.</summary>
internal sealed class InputList
{
    private const int ShownDigits = 16;
    private const int LongestValue = 64;

    private readonly List<BuildInput> _inputs = [];
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public IReadOnlyList<BuildInput> Inputs => _inputs;

    /// <summary>Over names and whole hashes, in their order.</summary>
    public string Digest => $"sha256:{Convert.ToHexStringLower(_all.GetCurrentHash())}";

    public void Add(string name, string text, string? value = null) => Add(name, SHA256.HashData(Encoding.UTF8.GetBytes(text)), value);

    public void Add(string name, byte[] hash, string? value = null)
    {
        _inputs.Add(new() { Name = name, Digest = Convert.ToHexStringLower(hash)[..ShownDigits], Value = Shown(value) });
        _all.AppendData(Encoding.UTF8.GetBytes(name));
        _all.AppendData([0]);
        _all.AppendData(hash);
    }

    private static string? Shown(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Any(char.IsControl)) return null;
        return value.Length <= LongestValue ? value : value[..(LongestValue - 1)] + "…";
    }
}
