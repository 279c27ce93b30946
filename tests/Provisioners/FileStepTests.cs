using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests;

public sealed class FileStepTests : IDisposable
{
    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Theory]
    [InlineData("file.txt", "/etc/x", "file.txt", "/etc/x")]
    [InlineData("file.txt", "/etc/", "file.txt", "/etc/file.txt")]
    [InlineData("folder", "/etc/", "folder/", "/etc/folder")]
    [InlineData("folder/", "/etc/", "folder/", "/etc/")]
    [InlineData("folder", "/etc/x", "folder/", "/etc/x")]
    public async Task Upload_Paths_FollowTheSlashes(string source, string destination, string local, string remote)
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("file.txt", "x");
        _step.AddFile("folder/file", "x");
        await _step.RunAsync(machine, new FileProvisioner { Source = source, Destination = destination, Mode = "0640", Owner = "root", Group = "adm" });
        var transfer = Assert.Single(machine.Transfers);
        Assert.Equal((Path.Combine(_step.Folders.Workspace, local), remote), (transfer.LocalPath, transfer.RemotePath));
        Assert.Equal((0b110_100_000, "root:adm", true), (transfer.Mode, transfer.Owner, transfer.Sudo));
    }

    [Fact]
    public async Task Content_IsUploadedAndForgotten()
    {
        await using var machine = new LocalShell("dash");
        var seen = "";
        machine.OnTransfer = async transfer => seen = await File.ReadAllTextAsync(transfer.LocalPath);
        await _step.RunAsync(machine, new FileProvisioner { Content = "päss\n", Destination = "/etc/secret", Mode = "600" });
        Assert.Equal("päss\n", seen);
        Assert.Equal(0b110_000_000, machine.Transfers[0].Mode);
        Assert.Empty(Directory.GetFileSystemEntries(_step.Folders.Scratch));
    }

    [Theory]
    [InlineData("out/", "/out/")]
    [InlineData("out/log.txt", "/out/log.txt")]
    public async Task Download_StaysBelowTheOutputFolder(string destination, string local)
    {
        await using var machine = new LocalShell("dash");
        await _step.RunAsync(machine, new FileProvisioner { Direction = FileDirection.Download, Source = "/var/log/x", Destination = destination });
        Assert.Equal(_step.Folders.Downloads + local, machine.Transfers[0].LocalPath);
        var error = await Assert.ThrowsAsync<StepException>(
            () => _step.RunAsync(machine, new FileProvisioner { Direction = FileDirection.Download, Source = "/var/log/x", Destination = "../../etc/x" }));
        Assert.StartsWith("destination:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fil.txt", "/etc/x", "source: there is no fil.txt in the workspace", "there are: file.txt")]
    [InlineData("file.txt/", "/etc/x", "source: file.txt/ is a file, not a folder", "remove the trailing slash")]
    [InlineData("file.txt", "etc/x", "destination: etc/x is not absolute", "a path on the machine begins with a slash")]
    public async Task Upload_Wrong_NamesFieldAndPath(string source, string destination, string message, string hint)
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("file.txt", "x");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new FileProvisioner { Source = source, Destination = destination }));
        Assert.Equal((message, hint), (error.Message, error.Hint));
    }

    [Fact]
    public async Task Upload_PermissionDenied_HintsAtSudo()
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("file.txt", "x");
        machine.OnTransfer = _ => throw new IOException("copying failed: sh: /etc/x: Permission denied");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(machine, new FileProvisioner { Source = "file.txt", Destination = "/etc/x" }));
        Assert.Contains("sudo: true", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrokenConnection_PassesThrough()
    {
        await using var machine = new LocalShell("dash");
        _step.AddFile("file.txt", "x");
        machine.OnTransfer = _ => throw new ConnectionException(ConnectionLayer.Session, "gone");
        await Assert.ThrowsAsync<ConnectionException>(() => _step.RunAsync(machine, new FileProvisioner { Source = "file.txt", Destination = "/etc/x" }));
    }
}
