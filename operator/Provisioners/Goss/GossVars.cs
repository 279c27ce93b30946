using System.Text.Json;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Goss;

/// <summary>The variables of a gossfile's templates.</summary>
internal static class GossVars
{
    /// <summary>The file's, with the given ones over them.</summary>
    /// <returns>YAML; null if there are none.</returns>
    public static async Task<string?> TextAsync(GossProvisioner spec, string workspace, CancellationToken cancellationToken)
    {
        var file = spec.VarsFile is null ? null : await File.ReadAllTextAsync(WorkspaceFiles.Find(workspace, spec.VarsFile, "varsFile"), cancellationToken).ConfigureAwait(false);
        if (spec.Vars.Count == 0) return file;
        if (string.IsNullOrWhiteSpace(file)) return JsonSerializer.Serialize(spec.Vars);
        var all = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in Read(file, spec.VarsFile!)) all[name] = value;
        foreach (var (name, value) in spec.Vars) all[name] = value;
        return JsonSerializer.Serialize(all);
    }

    private static IEnumerable<(string Name, JsonElement Value)> Read(string text, string name)
    {
        try
        {
            var yaml = LookupSelection.ReadYaml(text);
            return yaml.ValueKind switch
            {
                JsonValueKind.Object => yaml.EnumerateObject().Select(v => (v.Name, v.Value)),
                JsonValueKind.Null => [],
                _ => throw new StepException($"varsFile: {name} is not a map of variables"),
            };
        }
        catch (FormatException e)
        {
            throw new StepException($"varsFile: {name}: {e.Message}", hint: "with vars beside it the file must be plain YAML; without vars goss reads it itself", inner: e);
        }
    }
}
