namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>The boots of a guest that were seen, to notice one that boots again and again.</summary>
internal sealed class BootLog
{
    /// <summary>How many boots that nobody asked for make a loop.</summary>
    public const int MostUnexpected = 3;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the guest boots again and again.</summary>
    public bool IsLoop => _seen.Count > MostUnexpected;

    public void Note(GuestFacts facts)
    {
        if (facts.BootId.Length > 0) _seen.Add(facts.BootId);
    }

    /// <summary>The next boot is asked for.</summary>
    public void Expect() => _seen.Clear();
}
