namespace ImageOperator.Provisioners.Scripts;

/// <summary>A script and how it is run.</summary>
/// <param name="Text">The script.</param>
internal sealed record Script(byte[] Text)
{
    /// <summary>The program that gets the script's file, with its options.</summary>
    public string Interpreter { get; init; } = "/bin/sh -e";

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Travels over standard input, so that no process list has it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whom to become by sudo.</summary>
    public string? User { get; init; }

    /// <summary>Become root by sudo, unless the login user is root.</summary>
    public bool AsRoot { get; init; }

    /// <summary>Where it runs; null: where it happens to.</summary>
    public string? WorkingDirectory { get; init; }
}
