using ImageOperator.Runtime.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageOperator.Runtime.Tests.Hosting;

public sealed class OptionsTests
{
    [Fact]
    public async Task Start_WithGaps_FailsWithAllOfThem()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddControllerRuntime(o =>
        {
            o.KubeconfigPath = "/no/such/file";
            o.LeaderElection.LeaseDuration = TimeSpan.FromSeconds(1);
        });
        using var host = builder.Build();
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(5, e.Failures.Count());
        Assert.Contains("Name is required", e.Failures);
    }

    [Fact]
    public void Validate_Defaults_NeedOnlyNames()
    {
        var options = new ControllerRuntimeOptions { Name = "o", LeaderElection = new() { LeaseName = "o", Namespace = "n" } };
        Assert.True(new ControllerRuntimeOptionsValidator().Validate(null, options).Succeeded);
    }
}
