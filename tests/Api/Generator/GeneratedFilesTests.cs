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
            Assert.True(open == (path.Contains("imagebuilds", StringComparison.Ordinal) ? 6 : 2), $"{path}: {open}");
        }
    }
}
