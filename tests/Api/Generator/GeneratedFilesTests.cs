using System.Text.Json;
using ImageOperator.Eng.ApiGenerator;

namespace ImageOperator.Api.Tests.Generator;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void Generate_CommittedFiles_AreEqual()
    {
        foreach (var (path, text) in Output.Generate())
        {
            Assert.True(File.ReadAllText(Path.Combine(Repository.Root, path)) == text, $"{path} is not what the types say: run `make generate`");
        }
    }

    /// <summary>Kubernetes 1.20 cannot publish a schema with it, and then server-side apply takes every list for atomic: all builders are fenced.</summary>
    [Fact]
    public void Generate_Crds_HaveNoIntOrString() =>
        Assert.All(Output.Generate().Values, text => Assert.DoesNotContain("x-kubernetes-int-or-string", text, StringComparison.Ordinal));

    /// <summary>Kubernetes 1.20 takes it for null, and refuses the definition.</summary>
    [Fact]
    public void Generate_Crds_HaveNoEmptyDefault() =>
        Assert.All(Output.Generate().Where(f => f.Key.StartsWith("crds/", StringComparison.Ordinal)), f => Assert.DoesNotMatch("default: \"\"", f.Value));

    [Fact]
    public void Generate_Twice_IsTheSame() => Assert.Equal(Output.Generate(), Output.Generate());

    /// <summary>Client-side kubectl apply keeps the whole definition in an annotation, for which there are 256 KiB.</summary>
    [Fact]
    public void Generate_Crds_FitIntoAnAnnotation()
    {
        foreach (var (_, text) in Output.Generate().Where(f => f.Key.StartsWith("operator/Api/Schema", StringComparison.Ordinal)))
        {
            using var schema = JsonDocument.Parse(text);
            Assert.InRange(JsonSerializer.Serialize(schema.RootElement).Length, 1, 240 * 1024);
        }
    }

    /// <summary>What is of free form nobody can check, nor complete in an editor.</summary>
    [Fact]
    public void Generate_Crds_HaveNoFreeFormButWhereItMustBe()
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal) { "parameters", "default", "enum", "overrides", "extraVars", "hostVars", "groupVars", "attributes", "pillar", "vars" };
        foreach (var (path, text) in Output.Generate().Where(f => f.Key.StartsWith("operator/Api/Schema", StringComparison.Ordinal)))
        {
            using var schema = JsonDocument.Parse(text);
            Assert.All(Open(schema.RootElement, ""), field => Assert.True(allowed.Contains(field), $"{path}: {field}"));
        }
    }

    private static IEnumerable<string> Open(JsonElement schema, string field)
    {
        if (schema.TryGetProperty("x-kubernetes-preserve-unknown-fields", out _)) yield return field;
        foreach (var part in new[] { "items", "additionalProperties" })
        {
            if (schema.TryGetProperty(part, out var inner)) foreach (var open in Open(inner, field)) yield return open;
        }

        if (!schema.TryGetProperty("properties", out var properties)) yield break;
        foreach (var property in properties.EnumerateObject())
        {
            foreach (var open in Open(property.Value, property.Name)) yield return open;
        }
    }
}
