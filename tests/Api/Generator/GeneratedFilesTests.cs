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

    [Fact]
    public void Generate_Twice_IsTheSame() => Assert.Equal(Output.Generate(), Output.Generate());

    [Fact]
    public void Generate_Crds_HaveNoFreeFormButParameters()
    {
        foreach (var (path, text) in Output.Generate().Where(f => f.Key.EndsWith("s.yaml", StringComparison.Ordinal)))
        {
            var lines = text.Split('\n');
            var open = lines.Count(l => l.Contains("x-kubernetes-preserve-unknown-fields", StringComparison.Ordinal));
            // default and enum of a parameter; in builds in spec and in status, and parameters itself in both.
            var expected = path.Contains("imagebuilds", StringComparison.Ordinal) ? 6 : path.Contains("templates", StringComparison.Ordinal) ? 2 : 0;
            Assert.True(open == expected, $"{path}: {open}");
        }
    }
}
