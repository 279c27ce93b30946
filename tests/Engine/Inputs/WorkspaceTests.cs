using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>The workspace's files as inputs.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("workspace-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task FilesChanged_EachIsTold()
    {
        Write("files/same", "1");
        Write("files/changed", "1");
        Write("files/removed", "1");
        Write("files/mode", "1");
        var before = await Results.OfAsync(new() { Workspace = _root });
        Write("files/changed", "2");
        Write("files/added", "1");
        File.Delete(Path.Combine(_root, "files/removed"));
        File.SetUnixFileMode(Path.Combine(_root, "files/mode"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var scenario = new Scenario { Workspace = _root, Earlier = [before] };

        await scenario.RunAsync();

        Assert.Equal("workspace/files/changed changed; workspace/files/mode changed; workspace/files/added added; workspace/files/removed removed (since earlier)", scenario.Status.Reason);
    }

    [Fact]
    public async Task ManyFiles_AreOneInput()
    {
        for (var i = 0; i < 100; i++) Write($"site/{i}", "1");
        var before = await Results.PlanAsync(new() { Workspace = _root });
        Write("site/42", "2");
        var after = await Results.PlanAsync(new() { Workspace = _root });

        Assert.Equal("workspace", Assert.Single(before.Inputs!, i => i.Name.StartsWith("workspace", StringComparison.Ordinal)).Name);
        Assert.NotEqual(before.InputsDigest, after.InputsDigest);
    }

    [Fact]
    public async Task VolumeOfAConfigMap_RenewedByKubelet_CountsByItsFiles()
    {
        Volume("..2026_11_22_20_00_00.1", "one");
        var first = await Results.PlanAsync(new() { Workspace = _root });
        Volume("..2026_11_22_21_00_00.2", "one");
        var renewed = await Results.PlanAsync(new() { Workspace = _root });
        Volume("..2026_11_22_22_00_00.3", "two");
        var changed = await Results.PlanAsync(new() { Workspace = _root });

        Assert.Equal(["workspace/files/motd", "workspace/files/sub/deep"], first.Inputs!.Select(i => i.Name).Where(n => n.StartsWith("workspace", StringComparison.Ordinal)));
        Assert.Equal(first.InputsDigest, renewed.InputsDigest);
        Assert.NotEqual(first.InputsDigest, changed.InputsDigest);
    }

    [Fact]
    public async Task LinksInCirclesAndPipes_DoNotHang()
    {
        Write("a/file", "1");
        Directory.CreateSymbolicLink(Path.Combine(_root, "a/up"), "..");
        File.CreateSymbolicLink(Path.Combine(_root, "a/dangling"), "nowhere");
        File.CreateSymbolicLink(Path.Combine(_root, "a/self"), "self");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_root, "a/pipe"))) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        var status = await Results.PlanAsync(new() { Workspace = _root });

        Assert.NotNull(status.InputsDigest);
        Assert.Contains(status.Inputs!, i => i.Name == "workspace/a/file");
    }

    [Fact]
    public async Task ChangedWhileTheBuildRan_TheResultIsNobodyElses()
    {
        Write("files/script", "1");
        var scenario = new Scenario { Workspace = _root };
        scenario.World.Commands["p1"] = _ =>
        {
            Write("files/script", "2");
            return Task.FromResult(0);
        };

        await scenario.RunAsync();

        Assert.Equal(Api.ImageBuilds.TargetPhase.Succeeded, scenario.Status.Phase);
        Assert.Null(scenario.Status.InputsDigest);
        Assert.NotNull(scenario.Status.Inputs);
    }

    [Fact]
    public async Task Unchanged_TheResultIsToBeHad()
    {
        Write("files/script", "1");
        var scenario = new Scenario { Workspace = _root };

        await scenario.RunAsync();

        Assert.NotNull(scenario.Status.InputsDigest);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>As kubelet lays it out: data in a folder of its own, and links that lead there.</summary>
    private void Volume(string data, string text)
    {
        Write($"files/{data}/motd", text);
        Write($"files/{data}/sub/deep", "same");
        var link = Path.Combine(_root, "files/..data");
        File.Delete(link);
        Directory.CreateSymbolicLink(link, data);
        foreach (var old in Directory.GetDirectories(Path.Combine(_root, "files"), "..2026*").Where(d => !d.EndsWith(data, StringComparison.Ordinal))) Directory.Delete(old, recursive: true);
        foreach (var name in new[] { "motd", "sub" })
        {
            var user = Path.Combine(_root, "files", name);
            if (!Path.Exists(user)) File.CreateSymbolicLink(user, $"..data/{name}");
        }
    }
}
