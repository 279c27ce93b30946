namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>A thing in the world, with the build's mark (its ledger key) from birth.</summary>
internal sealed class Resource(string id, string type, string key)
{
    public string Id { get; } = id;

    public string Type { get; } = type;

    public string Key { get; } = key;

    /// <summary>The commands that were run on it.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>How many polls an image still takes.</summary>
    public int StepsLeft { get; set; }

    public bool Published { get; set; }

    // Continuations run inline: a test is one thread, whose every step repeats.
    public TaskCompletionSource<string> Ended { get; } = new();
}
