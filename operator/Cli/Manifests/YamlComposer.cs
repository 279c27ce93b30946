using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ImageOperator.Cli.Manifests;

/// <summary>Makes trees of a YAML stream's events: anchors and merges resolved, duplicate keys reported.</summary>
internal sealed class YamlComposer(TextReader text, string file, List<Problem> problems)
{
    private const int Deepest = 100;

    private readonly Parser _parser = new(text);
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];

    /// <summary>The next document; null at the end.</summary>
    /// <exception cref="YamlException">It is not YAML.</exception>
    public YamlNode? Next()
    {
        try
        {
            return Read();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The library's scanner gives up so on some broken flow collections.
            var near = _parser.Current?.End ?? Mark.Empty;
            throw new YamlException(near, near, "what follows cannot be read: is a bracket, brace or quote not closed?", e);
        }
    }

    private YamlNode? Read()
    {
        while (_parser.Current is null or not DocumentStart)
        {
            if (!_parser.MoveNext()) return null;
        }

        _anchors.Clear();
        _parser.MoveNext();
        return Compose(0);
    }

    private YamlNode Compose(int depth)
    {
        var current = _parser.Current!;
        if (depth > Deepest) throw new YamlException(current.Start, current.End, "the document is too deep");
        var anchor = current is NodeEvent { Anchor: { IsEmpty: false } name } && current is not AnchorAlias ? name : (AnchorName?)null;
        var node = current switch
        {
            Scalar scalar => Take(new YamlScalar(At(scalar), scalar.Value, IsPlain(scalar))),
            SequenceStart start => ComposeList(At(start), depth),
            MappingStart start => ComposeMap(At(start), depth),
            AnchorAlias alias => Take(Resolve(alias)),
            _ => throw new YamlException(current.Start, current.End, $"a value is expected here, not {current.GetType().Name}"),
        };
        if (anchor is { } key) _anchors[key] = node;
        return node;
    }

    private YamlList ComposeList(Position at, int depth)
    {
        var items = new List<YamlNode>();
        _parser.MoveNext();
        while (_parser.Current is not SequenceEnd) items.Add(Compose(depth + 1));
        _parser.MoveNext();
        return new(at, items);
    }

    private YamlMap ComposeMap(Position at, int depth)
    {
        var entries = new List<YamlEntry>();
        var merged = new List<YamlEntry>();
        var places = new Dictionary<string, Position>(StringComparer.Ordinal);
        _parser.MoveNext();
        while (_parser.Current is not MappingEnd)
        {
            if (Compose(depth + 1) is not YamlScalar key) throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a field's name must be a text");
            var value = Compose(depth + 1);
            if (key is { Plain: true, Text: "<<" }) merged.AddRange(Merged(value));
            else if (places.TryAdd(key.Text, key.At)) entries.Add(new(key.Text, key.At, value));
            else problems.Add(new(file, key.At, "", $"duplicate field \"{key.Text}\", first set in line {places[key.Text].Line}: remove one"));
        }

        _parser.MoveNext();
        foreach (var entry in merged)
        {
            if (places.TryAdd(entry.Key, entry.At)) entries.Add(entry);
        }

        return new(at, entries);
    }

    private static IEnumerable<YamlEntry> Merged(YamlNode value) => value switch
    {
        YamlMap map => map.Entries,
        YamlList list => list.Items.OfType<YamlMap>().SelectMany(m => m.Entries),
        _ => [],
    };

    private YamlNode Resolve(AnchorAlias alias) => _anchors.TryGetValue(alias.Value, out var node)
        ? node
        : throw new YamlException(alias.Start, alias.End, $"there is no anchor &{alias.Value} before this alias");

    private T Take<T>(T node)
        where T : YamlNode
    {
        _parser.MoveNext();
        return node;
    }

    private static bool IsPlain(Scalar scalar) => scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true };

    private static Position At(ParsingEvent e) => new(e.Start.Line, e.Start.Column);
}
