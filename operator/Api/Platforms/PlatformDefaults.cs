using System.Text.Json;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Platforms;

/// <summary>A target with its platform's defaults.</summary>
public static class PlatformDefaults
{
    /// <summary>The target as it is built: what it leaves unset is the platform's.</summary>
    public static Target Apply(Target target, ImagePlatformSpec platform)
    {
        if (target.Qemu is null || platform.Qemu is not { } qemu) return target;
        var merged = JsonSerializer.SerializeToNode(target, ApiJson.Options)!.AsObject();
        var defaults = new
        {
            qemu.Accelerator,
            qemu.MachineType,
            qemu.Cpu,
        };
        DefaultsMerge.Fill(merged["qemu"]!.AsObject(), JsonSerializer.SerializeToNode(defaults, ApiJson.Options)!.AsObject());
        return merged.Deserialize<Target>(ApiJson.Options)!;
    }
}
