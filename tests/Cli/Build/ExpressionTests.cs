using System.Text.Json;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Build;

/// <summary>The sample of expressions, built by the real program in a real guest.</summary>
[Trait("Category", "Vm")]
public sealed class ExpressionTests : IDisposable
{
    private static readonly string[] Steps =
        ["release", "service[db]", "service[mail]", "service[web]", "user[ann]", "user[bob]", "mirror", "login", "motd"];

    private readonly Workdir _work = new();

    public ExpressionTests() => Tiny.Require();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Build_OfTheSample_UsesFunctionsConditionsAndLoops()
    {
        var variables = _work.Write("values.yaml", $"sourceChecksum: {Tiny.Checksum()}\nservices: [mail, web, db]\n");
        var folder = Path.Combine(Repository(), "config/samples/expressions");
        var template = _work.Write("template.yaml", File.ReadAllText(Path.Combine(folder, "template.yaml"))
            .Replace("persistentVolumeClaim: {claimName: images, path: sources/base.qcow2}", $"hostPath: {{path: {Tiny.Image}}}", StringComparison.Ordinal));

        var result = await CliProcess.RunAsync(
            ["build", "-f", template, "-f", Path.Combine(folder, "values.yaml"), "--var-file", variables, "--var", "debug=false", "--output-dir", _work.Output, "--state-dir", _work.State, "--cache-dir", Path.Combine(_work.Root, "cache"), "--log", "json"]);

        Assert.True(result.ExitCode == 0, result.All);
        var target = JsonDocument.Parse(result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement.GetProperty("targets")[0];
        var steps = target.GetProperty("steps").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("state").GetString());
        Assert.Equal([.. Steps, "debug"], steps.Keys);
        Assert.All(Steps, s => Assert.Equal("Succeeded", steps[s]));
        Assert.Equal("Skipped", steps["debug"]);
        var tests = target.GetProperty("tests").EnumerateArray().Select(t => (t.GetProperty("name").GetString(), t.GetProperty("state").GetString()));
        Assert.Equal([("debug", "Skipped"), ("service[mail]", "Passed"), ("service[web]", "Passed"), ("service[db]", "Passed"), ("values", "Passed"), ("login", "Passed")], tests);
        Assert.Matches(@"^expressions-1-26-3-20\d{6}\.qcow2$", _work.Images[0]);
        Assert.DoesNotContain("staple-battery", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("app:staple-battery-horse-correct"u8), result.All, StringComparison.Ordinal);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
