using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Validation;

public sealed class TemplateDoubtsTests
{
    [Theory]
    [InlineData(60, true)]
    [InlineData(120, false)]
    public void Machine_ThatEndsBeforeItsBuild_IsDoubted(int minutes, bool doubted)
    {
        var gcp = new GcpTarget { Source = new() { Family = "debian-12" }, Image = new(), MachineLifetime = Duration.FromMinutes(minutes) };
        var template = new ImageTemplateSpec { Targets = [new Target { Name = "lab", Gcp = gcp }], Communicator = new() { Ssh = new() { User = "builder" } }, Provisioners = [], Timeout = Duration.FromMinutes(120) };

        var doubts = TemplateDoubts.Of(template).Select(d => d.ToString()).ToList();

        Assert.Equal(doubted, doubts.Any(d => d.Contains("spec.targets[0].gcp.machineLifetime", StringComparison.Ordinal)));
    }
}
