using System.Text.Json;
using ImageOperator.Api;

namespace ImageOperator.Eng.ApiGenerator.Chart;

/// <summary>What is made from the chart's values.yaml: the schema that helm checks values with, and the page that explains them.</summary>
internal static class ChartOutput
{
    private const string Values = "charts/image-operator/values.yaml";

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true, NewLine = "\n" };

    /// <exception cref="InvalidOperationException">A value has no comment, or its line <c>@schema</c> cannot be read.</exception>
    public static SortedDictionary<string, string> Generate(string root)
    {
        var fragments = new Fragments(File.ReadAllText(Path.Combine(root, "eng/ApiGenerator/Chart/fragments.yaml")));
        var values = ValuesFile.Read(File.ReadAllText(Path.Combine(root, Values)), fragments);
        var schema = ValuesSchema.Of(values);
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        schema.Insert(1, "title", "Values of the chart image-operator");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["charts/image-operator/values.schema.json"] = schema.ToJsonString(Indented) + "\n",
            ["docs/chart-values.md"] = ValuesPage.Write(values),
        };
        // Helm reads no files outside the chart.
        foreach (var file in new[] { "prometheus/rules.yaml", "grafana/image-operator.json" })
        {
            files[$"charts/image-operator/files/{file}"] = File.ReadAllText(Path.Combine(root, "config", file));
        }

        return files;
    }
}
