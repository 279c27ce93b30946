namespace ImageOperator.Cli.Manifests;

/// <summary>A node of a YAML document, with its place in the file.</summary>
internal abstract record YamlNode(Position At);

/// <summary>A text, number, boolean or null.</summary>
/// <param name="At">Its place.</param>
/// <param name="Text">As written, unquoted.</param>
/// <param name="Plain">Written without quotes: may be something else than a text.</param>
internal sealed record YamlScalar(Position At, string Text, bool Plain) : YamlNode(At);

/// <summary>A list.</summary>
internal sealed record YamlList(Position At, IReadOnlyList<YamlNode> Items) : YamlNode(At);

/// <summary>A map.</summary>
internal sealed record YamlMap(Position At, IReadOnlyList<YamlEntry> Entries) : YamlNode(At);

/// <summary>A field of a map.</summary>
internal sealed record YamlEntry(string Key, Position At, YamlNode Value);
