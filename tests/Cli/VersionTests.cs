using System.Text.Json;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests;

public sealed class VersionTests
{
    [Fact]
    public async Task Version_Json_HasVersions()
    {
        var result = await InProcess.RunAsync(["version", "--output", "json"]);
        var json = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal("0.1.0", json.GetProperty("version").GetString());
        Assert.StartsWith("10.", json.GetProperty("dotnet").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "IMAGECTL_STATE_DIR")]
    [InlineData("build --help", "--secret adminPassword=-")]
    [InlineData("sweep --help", "imagectl sweep --dry-run")]
    public async Task Help_OfCommand_HasExamples(string line, string text) =>
        Assert.Contains(text, (await InProcess.RunAsync(line.Split(' '))).Out, StringComparison.Ordinal);
}
