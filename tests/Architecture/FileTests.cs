using System.Text.RegularExpressions;

namespace ImageOperator.Architecture.Tests;

public sealed partial class FileTests
{
    private const int LongestFile = 400;

    private static readonly string[] Binary = [".png", ".ico", ".gz", ".qcow2", ".img", ".zip", ".pdf", ".lock.json", ".iso", ".tgz"];

    private static readonly Repository Repo = Repository.Instance;

    private static IEnumerable<string> ProductFiles => Repo.Files.Where(f => f.StartsWith("operator/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void File_FitsOneHead()
    {
        var wrong = ProductFiles.Where(f => File.ReadLines(Path.Combine(Repo.Root, f)).Count() > LongestFile);

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespace_IsTheFolder()
    {
        var wrong = ProductFiles.Select(f => (File: f, Match: Namespace().Match(Repo.Read(f))))
            .Where(f => f.Match.Success && f.Match.Groups[1].Value != Rules.NamespaceOf(f.File))
            .Select(f => $"{f.File}: {f.Match.Groups[1].Value}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void File_NamesNoPlaceOfItsMakingAndNoRegistry()
    {
        var wrong = Repo.Files.Where(f => !Binary.Any(b => f.EndsWith(b, StringComparison.OrdinalIgnoreCase)) && new FileInfo(Path.Combine(Repo.Root, f)).Length < 1 << 20)
            .SelectMany(f => Rules.BannedTexts(Repo.Read(f)).Select(t => $"{f}: {t}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void TopLevel_IsAsAgreed()
    {
        string[] folders = ["operator", "crds", "charts", "tests", "config", "docs", "eng", ".ci"];
        var wrong = Repo.Files.Where(f => f.Contains('/', StringComparison.Ordinal)).Select(f => f.Split('/')[0]).Distinct()
            .Where(f => !folders.Contains(f) && !f.StartsWith('.'));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Rules_WouldSeeWhatIsWrong()
    {
        Assert.Equal("ImageOperator.Platforms.Qemu.Files", Rules.NamespaceOf("operator/Platforms/Qemu/Files/X.cs"));
        Assert.Equal("ImageOperator.Api", Rules.NamespaceOf("operator/Api/X.cs"));
        Assert.Single(Rules.BannedTexts("see ../" + "shared/design"));
        Assert.Single(Rules.BannedTexts("https://API.nuget" + ".org/v3/index.json"));
        Assert.Empty(Rules.BannedTexts("see ../share"));
        Assert.Equal("A.B", Namespace().Match("using X;\n\nnamespace A.B;\n").Groups[1].Value);
        Assert.NotEmpty(ProductFiles);
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
