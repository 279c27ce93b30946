using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests;

/// <summary>The condition; the reboot itself is the communicator's.</summary>
public sealed class RebootStepTests
{
    [Theory]
    [InlineData("needs-restarting", 0, false)]
    [InlineData("needs-restarting", 1, true)]
    [InlineData("zypper", 0, false)]
    [InlineData("zypper", 102, true)]
    public async Task IfRequired_AsksTheSystem(string program, int exitCode, bool reboots)
    {
        await using var machine = NewMachine(program, exitCode);
        using var step = new Step();
        await step.RunAsync(machine, """ "reboot": {"when": "IfRequired"} """);
        Assert.Equal(reboots ? 1 : 0, machine.Reboots);
        Assert.Contains(reboots ? $"{program} " : "the system asks for no reboot", step.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("needs-restarting", 2)]
    [InlineData("zypper", 1)]
    public async Task IfRequired_SystemThatCannotTell_Fails(string program, int exitCode)
    {
        await using var machine = NewMachine(program, exitCode);
        using var step = new Step();
        var error = await Assert.ThrowsAsync<StepException>(() => step.RunAsync(machine, """ "reboot": {"when": "IfRequired"} """));
        Assert.Contains($"ended with exit code {exitCode}", error.Message, StringComparison.Ordinal);
        Assert.Contains("why it is so", step.Said, StringComparison.Ordinal);
        Assert.Equal(0, machine.Reboots);
    }

    private static LocalShell NewMachine(string program, int exitCode)
    {
        Assert.SkipWhen(File.Exists("/run/reboot-required"), "this machine asks for a reboot itself");
        var machine = new LocalShell("dash");
        machine.AddProgram(program, $"#!/bin/sh\necho why it is so >&2\nexit {exitCode}\n");
        return machine;
    }
}
