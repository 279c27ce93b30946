using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Provisioners.Tests;

public sealed class BreakpointStepTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private ResumeOrder _order = ResumeOrder.Hold;

    [Fact]
    public async Task Held_ShowsUntilWhen_AndGoesOnWhenToldTo()
    {
        await using var machine = new LocalShell("dash");
        using var step = NewStep();
        var running = step.RunAsync(machine, """ "breakpoint": {"message": "look at nginx", "holdFor": "10m"} """);
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.False(running.IsCompleted);
        Assert.Equal(["held until 2026-11-23T12:10:00Z: look at nginx"], step.Progress);
        Assert.Contains("to go on: say so", step.Said, StringComparison.Ordinal);
        _order = ResumeOrder.Continue;
        await PassAsync(TimeSpan.FromSeconds(2));
        await running;
        Assert.Equal("", step.Progress[^1]);
    }

    [Theory]
    [InlineData("Continue", null)]
    [InlineData("Fail", "nobody resumed the build within 1m")]
    public async Task TimeOver_EndsAsConfigured(string end, string? failure)
    {
        await using var machine = new LocalShell("dash");
        using var step = NewStep();
        var running = step.RunAsync(machine, $$""" "breakpoint": {"holdFor": "1m", "onTimeout": "{{end}}"} """);
        await PassAsync(TimeSpan.FromSeconds(61));
        if (failure is null) await running;
        else Assert.Equal(failure, (await Assert.ThrowsAsync<StepException>(() => running)).Message);
    }

    [Fact]
    public async Task Stopped_Fails()
    {
        await using var machine = new LocalShell("dash");
        using var step = NewStep();
        _order = ResumeOrder.Stop;
        var error = await Assert.ThrowsAsync<StepException>(() => step.RunAsync(machine, """ "breakpoint": {} """));
        Assert.Contains("stopped", error.Message, StringComparison.Ordinal);
    }

    private Step NewStep() => new() { Time = _time, Order = () => _order };

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            await Task.Yield();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
