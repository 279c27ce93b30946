using ImageOperator.Api.Platforms;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Controller.Hosting;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>A machine in the pod needs what it is given, and the builder something beside: the platform says what, else the operator's settings.</summary>
internal static class PodResources
{
    private const string Cpu = "cpu";
    private const string Memory = "memory";

    public static V1ResourceRequirements Of(PodPlan plan, BuilderOptions options)
    {
        // Neither a sweeper nor a plan runs a machine.
        var qemu = plan.Sweeper || plan.Build.Spec.PlanOnly ? null : plan.Target.Qemu;
        var ours = plan.Platform?.PodTemplate?.Resources;
        var requests = Quantities(ours?.Requests);
        var limits = Quantities(ours?.Limits);

        var machineMillis = (int)Math.Ceiling((qemu?.Cpus ?? 0) * 1000 * options.CpuRequestFactor);
        var machineMemory = (qemu?.Memory.Bytes ?? 0) + (1 << 20) - 1 >> 20;
        requests[Cpu] = new($"{Millis(requests, options.CpuOverheadMillis) + machineMillis}m");
        if (limits.ContainsKey(Cpu)) limits[Cpu] = new($"{Millis(limits, 0) + ((qemu?.Cpus ?? 0) * 1000)}m");
        var requested = Mebibytes(requests, options.MemoryOverheadMiB);
        limits[Memory] = new($"{Mebibytes(limits, requested) + machineMemory}Mi");
        requests[Memory] = new($"{requested + machineMemory}Mi");

        var resources = new V1ResourceRequirements { Requests = requests, Limits = limits };
        if (qemu is not null && qemu.Accelerator != QemuAccelerator.Tcg) AddKvm(resources, plan.Platform, options);
        return resources;
    }

    /// <summary>The device that lets a machine run with KVM, where the cluster offers it.</summary>
    public static void AddKvm(V1ResourceRequirements resources, ImagePlatformSpec? platform, BuilderOptions options)
    {
        if ((platform?.Qemu?.KvmResourceName ?? options.KvmResourceName) is { Length: > 0 } kvm) resources.Requests[kvm] = resources.Limits[kvm] = new("1");
    }

    private static Dictionary<string, ResourceQuantity> Quantities(IReadOnlyDictionary<string, string>? given) =>
        (given ?? new Dictionary<string, string>()).ToDictionary(q => q.Key, q => new ResourceQuantity(q.Value), StringComparer.Ordinal);

    private static long Millis(Dictionary<string, ResourceQuantity> given, long otherwise) =>
        given.TryGetValue(Cpu, out var cpu) ? (long)Math.Ceiling(cpu.ToDecimal() * 1000) : otherwise;

    private static long Mebibytes(Dictionary<string, ResourceQuantity> given, long otherwise) =>
        given.TryGetValue(Memory, out var memory) ? (long)Math.Ceiling(memory.ToDecimal() / (1 << 20)) : otherwise;
}
