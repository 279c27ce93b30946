using System.Text.Json;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Build;

/// <summary>Whole builds of the tiny guest by the real program.</summary>
[Trait("Category", "Vm")]
public sealed class VmTests : IDisposable
{
    private const string Canary = "canary-5b1d77";
    private const string Hello = """[{name: hello, shell: {inline: ["echo $GREETING $PASSWORD", "echo marker > /home/builder/marker 2>/dev/null || echo marker > /tmp/marker"], environment: {PASSWORD: $(params.password), GREETING: $(params.greeting)}}}]""";

    private readonly Workdir _work = new();

    public VmTests() => Tiny.Require();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Build_OfTwoTargets_MakesBothAndLeavesNothing()
    {
        var result = await CliProcess.RunAsync(Args(Tiny.Template(Hello, "[{name: up, shell: {inline: [uname]}}]", "one,two"), "--param", "greeting=ahoy"));
        Assert.True(result.ExitCode == 0, result.All);
        Assert.Contains("Build tiny succeeded", result.Out, StringComparison.Ordinal);
        Assert.Contains("ahoy ***", result.Error, StringComparison.Ordinal);
        Assert.Equal(["tiny-one.qcow2", "tiny-one.qcow2.sha256", "tiny-two.qcow2", "tiny-two.qcow2.sha256"], _work.Images);
        AssertClean(result);
    }

    [Fact]
    public async Task Build_Again_IsUpToDate_UntilSomethingChanges()
    {
        var args = Args(Tiny.Template(Hello));
        var first = await CliProcess.RunAsync(args);
        var made = File.GetLastWriteTimeUtc(Path.Combine(_work.Output, "tiny-lab.qcow2"));
        var second = await CliProcess.RunAsync(args);

        Assert.True(first.ExitCode == 0, first.All);
        Assert.Contains("there is no earlier result", first.Out, StringComparison.Ordinal);
        Assert.True(second.ExitCode == 0, second.All);
        Assert.Contains("lab: UpToDate", second.Out, StringComparison.Ordinal);
        Assert.Contains("nothing has changed since tiny", second.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("MachineCreated", second.All, StringComparison.Ordinal);
        Assert.Equal(made, File.GetLastWriteTimeUtc(Path.Combine(_work.Output, "tiny-lab.qcow2")));
        AssertClean(second);

        var changed = await CliProcess.RunAsync([.. args, "--param", "greeting=ahoy"]);
        Assert.True(changed.ExitCode == 0, changed.All);
        Assert.Contains("params.greeting: hello → ahoy (since tiny)", changed.Out, StringComparison.Ordinal);
        Assert.Contains("MachineCreated", changed.All, StringComparison.Ordinal);

        // The file of the first result is another by now: it has the same name.
        Assert.Contains("is not there any more, or is another by now", (await CliProcess.RunAsync(["plan", .. args[1..]])).Out, StringComparison.Ordinal);
        AssertClean(changed);
    }

    [Fact]
    public async Task Build_StepFails_TellsStepExitCodeAndLog()
    {
        var result = await CliProcess.RunAsync(Args(Tiny.Template("""[{name: breaks, shell: {inline: ["echo before the end", "exit 7"]}}]""")));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ProvisionerFailed on the way to Provisioned, step breaks, exit code 7", result.Out, StringComparison.Ordinal);
        Assert.Contains("| before the end", result.Out, StringComparison.Ordinal);
        Assert.Empty(_work.Images);
        AssertClean(result);
    }

    [Fact]
    public async Task Build_TestFails_PublishesNothing()
    {
        var result = await CliProcess.RunAsync(Args(Tiny.Template(Hello, """[{name: broken, shell: {inline: ["echo not so", "exit 3"]}}]"""), "--log", "json"));
        Assert.Equal(1, result.ExitCode);
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var target = lines[^1].GetProperty("targets")[0];
        Assert.Equal("TestFailed", target.GetProperty("failure").GetProperty("reason").GetString());
        Assert.Equal("Failed", target.GetProperty("tests")[0].GetProperty("state").GetString());
        Assert.Empty(_work.Images);
        AssertClean(result);
    }

    [Fact]
    public async Task Build_OneTargetFails_FailFastStopsTheOther()
    {
        const string steps = """[{name: breaks, onlyTargets: [one], shell: {inline: ["exit 7"]}}, {name: endless, onlyTargets: [two], shell: {inline: ["sleep 600"]}}]""";
        const string build = """

            ---
            apiVersion: imageoperator.dev/v1alpha1
            kind: ImageBuild
            metadata: {name: tiny}
            spec: {templateRef: {name: tiny}, failurePolicy: {otherTargets: Cancel}}
            """;
        var result = await CliProcess.RunAsync(Args(Tiny.Template(steps, targets: "one,two") + build));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Cancelled because target one failed", result.Out, StringComparison.Ordinal);
        Assert.Empty(_work.Images);
        AssertClean(result);
    }

    [Fact]
    public async Task Build_WrongChecksum_FailsBeforeAMachine()
    {
        var result = await CliProcess.RunAsync(Args(Tiny.Template(Hello, checksum: "sha256:" + new string('a', 64))));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ChecksumMismatch", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("MachineCreated", result.Out, StringComparison.Ordinal);
        AssertClean(result);
    }

    [Theory]
    [InlineData("INT", false)]
    [InlineData("INT", true)]
    [InlineData("TERM", false)]
    public async Task Build_Interrupted_CleansUp(string signal, bool group)
    {
        using var process = new CliProcess(Args(Tiny.Template("[{name: long, shell: {inline: [sleep 300]}}]")));
        await process.SawAsync("MachineCreated reached");
        await process.SignalAsync(signal, group);
        var result = await process.EndAsync();
        Assert.True(result.ExitCode == 130, $"{result.ExitCode}: {result.All}");
        Assert.Contains("stopping: removing what the build made", result.Error, StringComparison.Ordinal);
        AssertClean(result);
    }

    [Fact]
    public async Task Sweep_AfterKill_RemovesProcessAndFiles()
    {
        using var process = new CliProcess(Args(Tiny.Template("[{name: long, shell: {inline: [sleep 300]}}]")));
        await process.SawAsync("MachineCreated reached");
        var live = await CliProcess.RunAsync("sweep", "--state-dir", _work.State);
        Assert.Contains("still runs, left alone", live.Out, StringComparison.Ordinal);
        await process.SignalAsync("KILL");
        await process.EndAsync();
        Assert.NotEmpty(_work.Processes);
        AssertNoSecret();

        var dry = await CliProcess.RunAsync("sweep", "--state-dir", _work.State, "--dry-run");
        Assert.Equal(1, dry.ExitCode);
        Assert.Contains("would remove qemu/machine", dry.Out, StringComparison.Ordinal);
        Assert.NotEmpty(_work.Processes);

        var sweep = await CliProcess.RunAsync("sweep", "--state-dir", _work.State);
        Assert.True(sweep.ExitCode == 0, sweep.All);
        Assert.Contains("removed qemu/machine", sweep.Out, StringComparison.Ordinal);
        AssertClean(sweep);
    }

    [Fact]
    public async Task Build_HeldAtBreakpoints_GoesOnWhenItIsToldTo()
    {
        const string steps = """[{name: first, breakpoint: {message: look around, holdFor: 10m}}, {name: second, breakpoint: {holdFor: 10m}}, {name: never, shell: {inline: ["exit 9"]}}]""";
        using var process = new CliProcess(Args(Tiny.Template(steps)));
        await process.SawAsync("held until ");
        await process.SawAsync("or write lab/first into ");

        await ResumeAsync("tiny: target lab goes on at first");
        await process.SawAsync("or write lab/second into ");
        await ResumeAsync("tiny: target lab is stopped at second", "--stop");

        var result = await process.EndAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("someone stopped the build at this breakpoint", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("exit code 9", result.All, StringComparison.Ordinal);
        AssertClean(result);

        // What is seen on the screen is in the journal a little later: until then it is not held.
        async Task ResumeAsync(string expected, params string[] more)
        {
            for (var tries = 0; ; tries++)
            {
                var resume = await CliProcess.RunAsync(["resume", "tiny", "--state-dir", _work.State, .. more]);
                if (resume.ExitCode == 1 && tries < 10 && resume.Error.Contains("is not held at a breakpoint (lab: ", StringComparison.Ordinal)) continue;
                Assert.True(resume.ExitCode == 0, resume.All);
                Assert.Equal(expected, resume.Out.TrimEnd());
                return;
            }
        }
    }

    private string[] Args(string template, params string[] more) =>
    [
        "build", "-f", _work.Write("tiny.yaml", template), "--secret", $"password={_work.Write("pw", Canary + "\n")}",
        "--state-dir", _work.State, "--cache-dir", Path.Combine(_work.Root, "cache"), "--output-dir", _work.Output, .. more,
    ];

    private void AssertClean(CliResult result)
    {
        Assert.Empty(_work.Processes);
        Assert.Empty(_work.States);
        Assert.DoesNotContain(Canary, result.All, StringComparison.Ordinal);
        AssertNoSecret();
    }

    private void AssertNoSecret()
    {
        foreach (var file in new[] { _work.State, Path.Combine(_work.Root, "cache") }.Where(Directory.Exists).SelectMany(d => Directory.GetFiles(d, "*", SearchOption.AllDirectories)).Where(f => Path.GetExtension(f) is ".json" or ".log" or ".iso"))
        {
            Assert.DoesNotContain(Canary, File.ReadAllText(file), StringComparison.Ordinal);
        }
    }
}
