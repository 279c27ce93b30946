using System.Text;

namespace ImageOperator.Engine.Masking;

/// <summary>Replaces secrets in what is shown or written: log lines, status, events.</summary>
public sealed class SecretMasker
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    /// <summary>Shorter secrets would mask ordinary words; a parameter so short protects nothing.</summary>
    public const int ShortestSecret = 3;

    private readonly string[] _secrets;

    /// <param name="secrets">The secrets. Of one with several lines, each line is masked too; its base64 form as well.</param>
    public SecretMasker(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _secrets = [.. secrets.SelectMany(Forms).Where(s => s.Length >= ShortestSecret).Distinct().OrderByDescending(s => s.Length)];
    }

    /// <summary>Whether there is anything to mask.</summary>
    public bool IsEmpty => _secrets.Length == 0;

    /// <summary>The text with every secret replaced.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in _secrets)
        {
            if (text.Contains(secret, StringComparison.Ordinal)) text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    private static IEnumerable<string> Forms(string secret)
    {
        if (secret.Length < ShortestSecret) yield break;
        yield return secret;
        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        var trimmed = secret.Trim();
        if (trimmed.Length != secret.Length) yield return trimmed;
        if (!trimmed.Contains('\n', StringComparison.Ordinal)) yield break;
        foreach (var line in trimmed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) yield return line;
    }
}
