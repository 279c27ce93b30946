using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Controller.Hosting;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>A machine in the pod needs what it is given, and the builder something beside.</summary>
internal static class PodResources
{
    public static V1ResourceRequirements Of(PodPlan plan, BuilderOptions options)
    {
        // Neither a sweeper nor a plan runs a machine.
        var qemu = plan.Sweeper || plan.Build.Spec.PlanOnly ? null : plan.Target.Qemu;
        var millis = options.CpuOverheadMillis + (int)Math.Ceiling((qemu?.Cpus ?? 0) * 1000 * options.CpuRequestFactor);
        var mebibytes = options.MemoryOverheadMiB + ((qemu?.Memory.Bytes ?? 0) + (1 << 20) - 1 >> 20);
        var memory = new ResourceQuantity($"{mebibytes}Mi");
        var resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new($"{millis}m"), ["memory"] = memory },
            Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = memory },
        };
        if (qemu is not null && qemu.Accelerator != QemuAccelerator.Tcg && options.KvmResourceName is { Length: > 0 } kvm)
        {
            resources.Requests[kvm] = resources.Limits[kvm] = new("1");
        }

        return resources;
    }
}
