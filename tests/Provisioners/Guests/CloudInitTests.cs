using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>Debian's cloud-init, whose state files the tests write as its stages do.</summary>
[Trait("Category", "Vm")]
public sealed class CloudInitTests : IDisposable
{
    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Done_Passes()
    {
        await using var guest = await ReadyAsync("[]");
        await _step.RunAsync(guest.Session, """ "cloudInit": {} """);
        Assert.Contains("cloud-init: done", _step.Output);
    }

    [Fact]
    public async Task Running_IsWaitedFor()
    {
        await using var guest = await ReadyAsync("[]");
        await guest.RunAsync("mv /run/cloud-init/result.json /root/; cp /run/cloud-init/status.json /root/; sed -i 's/\"stage\": null/\"stage\": \"modules-final\"/' /run/cloud-init/status.json");
        var running = _step.RunAsync(guest.Session, """ "cloudInit": {} """);
        while (_step.Progress.Count == 0) await Task.Yield();
        await guest.RunAsync("cp /root/status.json /root/result.json /run/cloud-init/");
        await running;
        Assert.Contains("cloud-init: done", _step.Output);
    }

    [Fact]
    public async Task Error_IsTold()
    {
        await using var guest = await ReadyAsync("[\"('scripts-user', RuntimeError('Runparts: 1 failures'))\"]");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "cloudInit": {"allowDegraded": true} """));
        Assert.Contains("Runparts: 1 failures", error.Message, StringComparison.Ordinal);
        Assert.Contains("cloud-init-output.log", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rm /usr/bin/cloud-init", "the machine has no cloud-init")]
    [InlineData("rm -rf /run/cloud-init; mkdir -p /run/cloud-init /run/systemd/system; touch /etc/cloud/cloud-init.disabled /run/cloud-init/disabled", "cloud-init did not run")]
    public async Task Missing_FailsUnlessIgnored(string change, string message)
    {
        await using var guest = await ReadyAsync("[]");
        await guest.RunAsync(change);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "cloudInit": {} """));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        await _step.RunAsync(guest.Session, """ "cloudInit": {"missing": "Ignore"} """);
    }

    private static async Task<Toolbox> ReadyAsync(string errors)
    {
        var guest = await Toolbox.StartAsync();
        var stage = "{\"start\": 1, \"finished\": 3, \"errors\": []}";
        var final = $"{{\"start\": 1, \"finished\": 3, \"errors\": {errors}}}";
        await guest.RunAsync($$$"""
            mkdir -p /run/cloud-init
            touch /run/cloud-init/enabled
            cat > /run/cloud-init/status.json << 'END'
            {"v1": {"datasource": "DataSourceNoCloud", "init": {{{stage}}}, "init-local": {{{stage}}}, "modules-config": {{{stage}}}, "modules-final": {{{final}}}, "stage": null}}
            END
            cat > /run/cloud-init/result.json << 'END'
            {"v1": {"datasource": "DataSourceNoCloud", "errors": {{{errors}}}}}
            END
            """);
        return guest;
    }
}
