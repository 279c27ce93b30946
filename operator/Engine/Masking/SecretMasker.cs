using System.Text;

namespace ImageOperator.Engine.Masking;

/// <summary>Replaces secrets in what is shown or written: log lines, status, events.</summary>
public sealed class SecretMasker
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "***";

    /// <summary>Shorter secrets would mask ordinary words; a parameter so short protects nothing.</summary>
    public const int ShortestSecret = 3;

    private readonly Lock _lock = new();
    private volatile string[] _secrets;

    /// <param name="secrets">The secrets. Of one with several lines, each line is masked too; its base64 form as well, with and without a last newline.</param>
    public SecretMasker(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _secrets = [.. secrets.SelectMany(Forms).Where(s => s.Length >= ShortestSecret).Distinct()];
    }

    /// <summary>Masks one more from now on: what became of a secret.</summary>
    public void Add(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        lock (_lock)
        {
            var known = _secrets;
            string[] more = [.. Forms(secret).Where(s => s.Length >= ShortestSecret).Except(known)];
            if (more.Length > 0) _secrets = [.. known, .. more];
        }
    }

    /// <summary>Whether there is anything to mask.</summary>
    public bool IsEmpty => _secrets.Length == 0;

    /// <summary>The text with every secret replaced.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var covered = default(bool[]);
        foreach (var secret in _secrets)
        {
            for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = text.IndexOf(secret, at + 1, StringComparison.Ordinal))
            {
                covered ??= new bool[text.Length];
                covered.AsSpan(at, secret.Length).Fill(true);
            }
        }

        return covered is null ? text : Replace(text, covered);
    }

    /// <summary>Secrets may overlap: what any of them covers goes, as one.</summary>
    private static string Replace(string text, bool[] covered)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!covered[i]) result.Append(text[i]);
            else if (i == 0 || !covered[i - 1]) result.Append(Mask);
        }

        return result.ToString();
    }

    private static IEnumerable<string> Forms(string secret)
    {
        if (secret.Length < ShortestSecret) yield break;
        var trimmed = secret.Trim();
        foreach (var whole in new[] { secret, trimmed, trimmed + "\n" })
        {
            if (whole.Trim().Length < ShortestSecret) continue;
            yield return whole.Length > trimmed.Length ? secret : whole;
            yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(whole));
        }

        if (!trimmed.Contains('\n', StringComparison.Ordinal)) yield break;
        foreach (var line in trimmed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) yield return line;
    }
}
