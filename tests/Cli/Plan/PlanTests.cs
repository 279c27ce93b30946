using System.Text.Json;
using ImageOperator.Cli.Build.State;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Plan;

/// <summary>What a plan says, without any machine: earlier results are written as a build writes them.</summary>
public sealed class PlanTests : IDisposable
{
    private const string Steps = "[{name: hello, shell: {inline: [\"echo $(params.greeting)\"]}}]";
    private const string Checksum = "sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly Workdir _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task NoEarlierResult_WouldBuild()
    {
        var result = await PlanAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("lab     Build   there is no earlier result", result.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 1 target would be built.", result.Out, StringComparison.Ordinal);
        Assert.Empty(_work.States);
        Assert.Equal(3, (await PlanAsync("--detailed-exitcode")).ExitCode);
    }

    [Fact]
    public async Task SameInputs_NothingToBuild_UntilTheImageIsGone()
    {
        var image = await KeepResultAsync();

        var same = await PlanAsync("--detailed-exitcode");
        await File.WriteAllTextAsync(image, "other", TestContext.Current.CancellationToken);
        var replaced = await PlanAsync("--detailed-exitcode");
        File.Delete(image);
        var gone = await PlanAsync("--detailed-exitcode");

        Assert.True(same.ExitCode == 0, same.All);
        Assert.Contains("lab     UpToDate  nothing has changed since tiny", same.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing to build.", same.Out, StringComparison.Ordinal);
        Assert.Equal((3, 3), (replaced.ExitCode, gone.ExitCode));
        Assert.Contains("is not there any more, or is another by now", replaced.Out, StringComparison.Ordinal);
        Assert.Contains("is not there any more, or is another by now", gone.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParameterChanged_OldAndNewAreTold()
    {
        await KeepResultAsync();

        var result = await PlanAsync("--param", "greeting=ahoy");

        Assert.Contains("params.greeting: hello → ahoy (since tiny)", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task SecretChanged_OnlyItsNameIsTold()
    {
        var steps = "[{name: hello, shell: {inline: [\"echo $PASSWORD\"], environment: {PASSWORD: $(params.password)}}}]";
        await KeepResultAsync(steps);
        var same = await PlanAsync(steps);
        _work.Write("pw", "another-canary");

        var changed = await PlanAsync(steps);

        Assert.Contains("nothing has changed", same.Out, StringComparison.Ordinal);
        Assert.Contains("params.password changed (since tiny)", changed.Out, StringComparison.Ordinal);
        var files = Directory.GetFiles(_work.State, "*", SearchOption.AllDirectories);
        Assert.All(files, f => Assert.DoesNotContain("canary", File.ReadAllText(f), StringComparison.Ordinal));
        Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    [Fact]
    public async Task Force_WouldBuild()
    {
        await KeepResultAsync();

        Assert.Contains("forced", (await PlanAsync("--force")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_HasInputsAndReason()
    {
        await KeepResultAsync();

        var json = JsonDocument.Parse((await PlanAsync("--param", "greeting=ahoy", "--output", "json")).Out).RootElement;

        var target = json.GetProperty("targets")[0];
        Assert.Equal(("lab", "Build"), (target.GetProperty("name").GetString(), target.GetProperty("action").GetString()));
        Assert.Contains(target.GetProperty("inputs").EnumerateArray(), i => i.GetProperty("name").GetString() == "qemu.memory" && i.GetProperty("value").GetString() == "128Mi");
    }

    [Fact]
    public async Task OldResults_AreNotKeptForEver()
    {
        for (var i = 0; i < 30; i++)
        {
            new ResultStore(_work.State).Save("default/tiny", "lab", new() { Build = "b", InputsDigest = $"sha256:{i:x32}{i:x32}", Artifacts = [] });
        }

        await PlanAsync();

        Assert.Equal(24, Directory.GetFiles(Path.Combine(_work.State, "results")).Length);
    }

    [Fact]
    public async Task DamagedResult_CountsForNothing()
    {
        await KeepResultAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(_work.State, "results"))) await File.WriteAllTextAsync(file, "{", TestContext.Current.CancellationToken);

        Assert.Contains("there is no earlier result", (await PlanAsync()).Out, StringComparison.Ordinal);
    }

    /// <summary>The result that a build of these inputs leaves.</summary>
    private async Task<string> KeepResultAsync(string steps = Steps)
    {
        Directory.CreateDirectory(_work.Output);
        var image = Path.Combine(_work.Output, "tiny-lab.qcow2");
        await File.WriteAllTextAsync(image, "image", TestContext.Current.CancellationToken);
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("image"u8));
        var target = JsonDocument.Parse((await PlanAsync(steps, "--output", "json")).Out).RootElement.GetProperty("targets")[0];
        new ResultStore(_work.State).Save("default/tiny", "lab", new()
        {
            Build = "tiny",
            InputsDigest = target.GetProperty("inputsDigest").GetString()!,
            Inputs = target.GetProperty("inputs").Deserialize<List<Api.ImageBuilds.BuildInput>>(Api.ApiJson.Options),
            Artifacts = [new() { Type = "qcow2", Id = $"hostpath:{image}", SizeBytes = 5, Checksum = $"sha256:{sum}" }],
        });
        return image;
    }

    private Task<CliResult> PlanAsync(params string[] more)
    {
        var steps = more.FirstOrDefault(m => m.StartsWith('[')) ?? Steps;
        var password = File.Exists(Path.Combine(_work.Root, "pw")) ? Path.Combine(_work.Root, "pw") : _work.Write("pw", "canary-5b1d77");
        return InProcess.RunAsync(
        [
            "plan", "-f", _work.Write("tiny.yaml", Tiny.Template(steps, checksum: Checksum, source: "/nowhere/base.qcow2")), "--secret", $"password={password}",
            "--state-dir", _work.State, "--cache-dir", Path.Combine(_work.Root, "cache"), "--output-dir", _work.Output,
            .. more.Where(m => !m.StartsWith('[')),
        ]);
    }
}
