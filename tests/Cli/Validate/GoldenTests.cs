using System.Text.Json;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Validate;

/// <summary>Each folder of Cases holds manifests and what validate says of them.</summary>
public sealed class GoldenTests
{
    private static readonly string Cases = Path.Combine(AppContext.BaseDirectory, "Validate/Cases");

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Cases).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Validate_Case_SaysWhatIsExpected(string name)
    {
        var folder = Path.Combine(Cases, name);
        var expected = await File.ReadAllTextAsync(Path.Combine(folder, "expected.txt"));
        var result = await InProcess.RunAsync(["validate", "-f", folder]);
        Assert.Equal(expected, result.Out.Replace(folder + "/", "", StringComparison.Ordinal));
        var errors = expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Any(l => !l.Contains(": warning: ", StringComparison.Ordinal));
        Assert.Equal(errors ? 1 : 0, result.ExitCode);
    }

    [Fact]
    public async Task Validate_SecretInFiles_IsNotShown()
    {
        var result = await InProcess.RunAsync(["validate", "-f", Path.Combine(Cases, "references")]);
        Assert.DoesNotContain("canary-7f3a", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_Json_HasPositions()
    {
        var result = await InProcess.RunAsync(["validate", "-f", Path.Combine(Cases, "json"), "--output", "json"]);
        var problem = JsonDocument.Parse(result.Out).RootElement.GetProperty("problems")[1];
        Assert.Equal((7, 23, "spec.failurePolicy.maxAttempts", "error"),
            (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32(), problem.GetProperty("path").GetString(), problem.GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Validate_StandardInput_IsCalledDash()
    {
        var result = await InProcess.RunAsync(["validate", "-f", "-"], "kind: ImageBuild\n");
        Assert.StartsWith("-:1:1: ", result.Out, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("validate", "-f", "/nowhere.yaml")]
    [InlineData("validate", "-f", "-", "--output", "xml")]
    [InlineData("valdate")]
    public async Task Validate_WrongUsage_Is2(params string[] args) => Assert.Equal(2, (await InProcess.RunAsync(args)).ExitCode);
}
