using System.Buffers;
using System.Text.Json;
using YamlDotNet.Core;

namespace ImageOperator.Cli.Manifests;

/// <summary>A document as JSON, and where in its file each field stands.</summary>
internal sealed class JsonWithPositions
{
    private const int MostNodes = 200_000;

    private readonly Dictionary<string, Position> _positions = new(StringComparer.Ordinal);
    private int _nodes;

    private JsonWithPositions(YamlNode root)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, root, "", root.At);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        Json = document.RootElement.Clone();
    }

    public JsonElement Json { get; }

    /// <exception cref="YamlException">Aliases of aliases make it too large.</exception>
    public static JsonWithPositions Of(YamlNode root) => new(root);

    /// <summary>The field's place; where it is missing, that of the nearest field around it.</summary>
    public Position Find(string path)
    {
        for (var at = path; ; at = Outer(at))
        {
            if (_positions.TryGetValue(at, out var position)) return position;
            if (at.Length == 0) return Position.Start;
        }
    }

    private void Write(Utf8JsonWriter json, YamlNode node, string path, Position at)
    {
        if (++_nodes > MostNodes) throw new YamlException(new Mark(0, at.Line, at.Column), new Mark(0, at.Line, at.Column), "the document is too large: are there aliases of aliases?");
        _positions[path] = at;
        switch (node)
        {
            case YamlScalar scalar:
                ScalarKinds.Write(json, scalar);
                break;
            case YamlList list:
                json.WriteStartArray();
                for (var i = 0; i < list.Items.Count; i++) Write(json, list.Items[i], $"{path}[{i}]", list.Items[i].At);
                json.WriteEndArray();
                break;
            case YamlMap map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", entry.At);
                }

                json.WriteEndObject();
                break;
        }
    }

    private static string Outer(string path)
    {
        var end = path.LastIndexOfAny(['.', '[']);
        return end < 0 ? "" : path[..end];
    }
}
