using System.Diagnostics;
using ImageOperator.Platforms.Qemu.Machines;

namespace ImageOperator.Platforms.Qemu.Tests.Machines;

public sealed class GuestShutdownTests
{
    [Fact]
    public async Task AsRoot_QuotesInTheCommand_ReachTheShellUnchanged()
    {
        var command = GuestShutdown.AsRoot("printf '%s' \"it's off\"");

        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command.Replace("sudo -n ", "", StringComparison.Ordinal)]) { RedirectStandardOutput = true })!;
        var printed = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("it's off", printed);
    }
}
