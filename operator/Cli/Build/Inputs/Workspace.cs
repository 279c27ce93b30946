using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>Makes the workspace's files of the ConfigMaps in the manifests, as mounts do in a pod.</summary>
internal sealed class Workspace(IReadOnlyList<WorkspaceSource> sources, IReadOnlyList<ManifestDocument> documents)
{
    private static readonly string[] Fields = ["data", "binaryData"];

    /// <exception cref="UsageException">A ConfigMap, or a key of it, is not in the files.</exception>
    public void Check()
    {
        foreach (var source in sources.Where(s => s.ConfigMap is not null)) _ = Keys(source.ConfigMap!, Find(source.ConfigMap!.Name)).Count;
    }

    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var source in sources.Where(s => s.ConfigMap is not null))
        {
            var map = Find(source.ConfigMap!.Name);
            Directory.CreateDirectory(Path.Combine(folder, source.Path));
            foreach (var (key, path) in Keys(source.ConfigMap, map))
            {
                var file = Path.Combine(folder, source.Path, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                if (Field(map, "binaryData", key) is { } binary) File.WriteAllBytes(file, Convert.FromBase64String(binary));
                else File.WriteAllText(file, Field(map, "data", key));
            }
        }
    }

    private ManifestDocument Find(string name) => documents.FirstOrDefault(d => d.Is("ConfigMap", name))
        ?? throw new UsageException($"the workspace needs ConfigMap \"{name}\": add its file with -f, or give a folder with --workspace");

    private static List<(string Key, string Path)> Keys(ConfigMapSource source, ManifestDocument map)
    {
        var names = Fields
            .SelectMany(f => map.Json.TryGetProperty(f, out var data) && data.ValueKind == JsonValueKind.Object ? data.EnumerateObject().Select(p => p.Name) : [])
            .ToList();
        if (source.Items.Count == 0) return [.. names.Select(n => (n, n))];
        return [.. source.Items.Select(i => names.Contains(i.Key) ? (i.Key, i.Path) : throw new UsageException($"ConfigMap \"{source.Name}\" has no key \"{i.Key}\""))];
    }

    private static string? Field(ManifestDocument map, string field, string key) =>
        map.Json.TryGetProperty(field, out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
