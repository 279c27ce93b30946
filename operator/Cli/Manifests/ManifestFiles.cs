using ImageOperator.Cli.Hosting;
using YamlDotNet.Core;

namespace ImageOperator.Cli.Manifests;

/// <summary>Reads what <c>-f</c> names: files, folders, and standard input.</summary>
internal sealed class ManifestFiles
{
    private readonly List<ManifestDocument> _documents = [];
    private readonly List<Problem> _problems = [];

    public IReadOnlyList<ManifestDocument> Documents => _documents;

    /// <summary>What is not YAML, and duplicate fields.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <exception cref="UsageException">A file does not exist.</exception>
    public static ManifestFiles Read(IReadOnlyList<string> paths, TextReader standardInput)
    {
        var files = new ManifestFiles();
        foreach (var path in paths)
        {
            if (path == "-") files.Add("-", standardInput);
            else foreach (var file in Expand(path)) files.Add(file);
        }

        return files;
    }

    private static List<string> Expand(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new UsageException($"{path}: there is no such file or folder");
        var files = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new UsageException($"{path}: the folder has no .yaml, .yml or .json file");
    }

    private void Add(string file)
    {
        using var reader = File.OpenText(file);
        Add(file, reader);
    }

    private void Add(string file, TextReader reader)
    {
        try
        {
            var composer = new YamlComposer(reader, file, _problems);
            while (composer.Next() is { } root)
            {
                if (root is not YamlScalar { Text: "", Plain: true }) _documents.Add(new(file, JsonWithPositions.Of(root)));
            }
        }
        catch (YamlException e)
        {
            _problems.Add(new(file, new Position(e.Start.Line, e.Start.Column), "", $"is not YAML: {e.Message}"));
        }
    }
}
