using ImageOperator.Chart.Tests.Support;
using ImageOperator.Eng.ApiGenerator.Chart;

namespace ImageOperator.Chart.Tests;

public sealed class GeneratedFilesTests
{
    [Fact]
    public void Generate_CommittedFiles_AreEqual()
    {
        foreach (var (path, text) in ChartOutput.Generate(Tool.Root))
        {
            Assert.True(File.ReadAllText(Path.Combine(Tool.Root, path)) == text, $"{path} is not what values.yaml says: run `make generate`");
        }
    }

    /// <summary>Files that the generator does not write any more would be installed for ever.</summary>
    [Fact]
    public void ChartCrds_AreThoseOfTheRepository() => Assert.Equal(
        Names("crds").Where(n => n != "kustomization.yaml"),
        Names(Path.Combine(Helm.Chart, "files/crds")));

    [Fact]
    public void Values_WithoutComment_AreRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ValuesFile.Read("a:\n  # Said.\n  b: true\n\n  c: true\n", new Fragments("{}")));

        Assert.Contains("a.c has no comment", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Tool.Root, folder), "*.yaml").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);
}
