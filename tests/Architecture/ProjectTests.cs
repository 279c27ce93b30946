using System.Text.RegularExpressions;

namespace ImageOperator.Architecture.Tests;

public sealed class ProjectTests
{
    private static readonly Repository Repo = Repository.Instance;

    public static TheoryData<string> Products() => [.. Repo.Projects.Where(p => p.Product is not null).Select(p => p.Product!)];

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_RefersOnlyAlongTheArrows(string product)
    {
        var project = Of(product);
        var wrong = project.References.Select(r => Repo.Projects.Single(p => p.File == r).Product ?? r).Where(to => !Rules.MayRefer(product, to));

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_UsesOnlyItsPackages(string product)
    {
        var wrong = Of(product).Packages.Where(p => !Rules.MayUse(product, p));

        Assert.Empty(wrong);
    }

    [Fact]
    public void TestProject_RefersToNoOtherTests()
    {
        var wrong = Repo.Projects.Where(p => p.File.StartsWith("tests/", StringComparison.Ordinal) && !IsShared(p.File))
            .SelectMany(p => p.References.Where(r => r.StartsWith("tests/", StringComparison.Ordinal) && !IsShared(r)).Select(r => $"{p.File} -> {r}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryProject_IsInTheSolution()
    {
        var solution = Repo.Read("ImageOperator.sln").Replace('\\', '/');

        Assert.Empty(Repo.Projects.Where(p => !solution.Contains($"\"{p.File}\"", StringComparison.Ordinal)).Select(p => p.File));
    }

    [Fact]
    public void EveryProjectOfTheSolution_Exists()
    {
        var named = Regex.Matches(Repo.Read("ImageOperator.sln").Replace('\\', '/'), "\"([^\"]+\\.csproj)\"").Select(m => m.Groups[1].Value);

        Assert.Empty(named.Except(Repo.Projects.Select(p => p.File)));
    }

    [Theory]
    [InlineData("Controller", "Engine")]
    [InlineData("Controller", "Platforms/Qemu")]
    [InlineData("Api", "Runtime")]
    [InlineData("Runtime", "Api")]
    [InlineData("Engine", "Runtime")]
    [InlineData("Engine", "Platforms/Qemu")]
    [InlineData("Platforms/Aws", "Platforms/Qemu")]
    [InlineData("Platforms/Qemu", "Communicators/Ssh")]
    [InlineData("Cli", "Controller")]
    [InlineData("Builder", "Runtime")]
    [InlineData("Unknown", "Api")]
    public void Arrow_ThatIsNotThere_IsRefused(string from, string to) => Assert.False(Rules.MayRefer(from, to));

    [Theory]
    [InlineData("Engine", "KubernetesClient")]
    [InlineData("Platforms/Qemu", "KubernetesClient")]
    [InlineData("Platforms/Qemu", "SSH.NET")]
    [InlineData("Platforms/Qemu", "AWSSDK.EC2")]
    [InlineData("Controller", "AWSSDK.EC2")]
    [InlineData("Controller", "SSH.NET")]
    [InlineData("Api", "Newtonsoft.Json")]
    public void Package_ThatIsNotAllowed_IsRefused(string project, string package) => Assert.False(Rules.MayUse(project, package));

    private static Project Of(string product) => Repo.Projects.Single(p => p.Product == product);

    private static bool IsShared(string file) => file.Contains("Contract", StringComparison.Ordinal) || file.Contains("Testing", StringComparison.Ordinal);
}
