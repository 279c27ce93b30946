using System.Text.Json;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Manifests;

/// <summary>A file of the golden directories: a manifest and, in its leading comments, what must be said about it.</summary>
internal sealed record ManifestCase(JsonElement Manifest, IReadOnlyList<ValidationError> Expected, bool ByApply)
{
    public static TheoryData<string> Invalid => Files("Invalid");

    public static TheoryData<string> Valid => Files("Valid");

    public static ManifestCase Load(string folder, string name)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Tests, folder, name + ".yaml"));
        var comments = text.Split('\n').TakeWhile(l => l.StartsWith("# ", StringComparison.Ordinal)).Select(l => l[2..]).ToList();
        var expected = comments.Where(c => c.StartsWith("expect: ", StringComparison.Ordinal)).Select(c => c["expect: ".Length..].Split(": ", 2));
        return new(Yaml.Parse(text), [.. expected.Select(e => new ValidationError(e[0], e[1]))], comments.Contains("by: apply"));
    }

    private static TheoryData<string> Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Tests, folder), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];
}
