using ImageOperator.Api.Platforms;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Platforms;
using ImageOperator.Controller.Tests.Builds;

namespace ImageOperator.Controller.Tests.Platforms;

public sealed class PlatformResolutionTests
{
    private static readonly ImagePlatform Lab = Given.Platform(new()
    {
        Qemu = new() { Accelerator = QemuAccelerator.Tcg, MachineType = QemuMachineType.Pc, Cpu = "max" },
        Limits = new() { ConcurrentBuilds = 1 },
    });

    [Fact]
    public void Decide_PlatformReady_SnapshotHoldsMergedTargetAndPlatform()
    {
        var status = BuildDecision.Decide(Given.OnPlatform(Lab)).Status!;

        var qemu = status.Template!.Targets[0].Qemu!;
        Assert.Equal((QemuAccelerator.Tcg, QemuMachineType.Pc, "max"), (qemu.Accelerator, qemu.MachineType, qemu.Cpu));
        var snapshot = Assert.Single(status.Platforms!);
        Assert.Equal((PlatformKind.ImagePlatform, "lab", "uid-lab", 7L), (snapshot.Kind, snapshot.Name, snapshot.Uid, snapshot.Generation));
        Assert.Equal(Lab.Spec with { Limits = null }, snapshot.Spec);
    }

    [Fact]
    public void Decide_PlatformChangedAfterTakeUp_SnapshotStays()
    {
        var before = Given.OnPlatform(Lab);
        var status = BuildDecision.Decide(before).Status!;
        var later = before.With(b => b.Status = status) with { Platforms = [new(new() { Name = "lab" }, Given.Platform(new() { Qemu = new() { Cpu = "other" } }), true)] };

        var after = BuildDecision.Decide(later).Status!;

        Assert.Equal("max", after.Template!.Targets[0].Qemu!.Cpu);
        Assert.Equal("max", after.Platforms![0].Spec.Qemu!.Cpu);
        Assert.Equal(status.InputsDigest, after.InputsDigest);
    }

    [Fact]
    public void Decide_PlatformsDefaultsDiffer_DigestsDiffer()
    {
        var one = BuildDecision.Decide(Given.OnPlatform(Lab)).Status!;
        var other = BuildDecision.Decide(Given.OnPlatform(Given.Platform())).Status!;

        Assert.NotEqual(one.InputsDigest, other.InputsDigest);
    }

    [Fact]
    public void Resolve_TwoPlatformsMissing_BothAreNamed()
    {
        var template = Given.TemplateOf("a", "b");
        template = template with { Targets = [.. template.Targets.Select(t => t with { PlatformRef = new() { Name = t.Name, Kind = PlatformKind.ClusterImagePlatform } })] };

        var resolved = PlatformResolution.Resolve(template, ["a", "b"], [], "ns", "spec");

        Assert.Equal("PlatformNotFound", resolved.Waiting!.Reason);
        Assert.Contains("ClusterImagePlatform a does not exist", resolved.Waiting.Message, StringComparison.Ordinal);
        Assert.Contains("ClusterImagePlatform b does not exist", resolved.Waiting.Message, StringComparison.Ordinal);
    }
}
