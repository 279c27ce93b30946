using ImageOperator.Api.Common;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Validation;

/// <summary>Whether a target may be built on the platform that it refers to.</summary>
public static class PlatformFit
{
    /// <summary>What does not fit.</summary>
    /// <param name="target">The target, with the platform's defaults.</param>
    /// <param name="reference">The platform's kind and name, for messages.</param>
    /// <param name="platform">The platform's spec.</param>
    /// <param name="path">Where the target stands: <c>spec.targets[0]</c>.</param>
    public static IReadOnlyList<ValidationError> Check(Target target, PlatformReference reference, ImagePlatformSpec platform, string path)
    {
        var errors = new ErrorList();
        var (wanted, offered) = (PlatformBlocks.Of(target), PlatformBlocks.Of(platform));
        if (wanted is null || wanted != offered)
        {
            errors.Add($"{path}.platformRef", $"{reference} is of {offered ?? "no platform"}, but the target is of {wanted ?? "none"}: refer to a platform of {wanted ?? "the target's kind"}");
            return errors.Errors;
        }

        if (target.Qemu is { } qemu) Check(errors, qemu, platform, reference, $"{path}.qemu");
        if (target.Aws is { } aws)
        {
            for (var i = 0; i < aws.InstanceTypes.Count; i++) MachineType(errors, aws.InstanceTypes[i], platform, reference, $"{path}.aws.instanceTypes[{i}]");
            errors.Require(aws.Region == platform.Aws!.Region, $"{path}.aws.region", $"{reference} is in {platform.Aws.Region}, not in {aws.Region}: remove the region, or refer to a platform there");
        }

        if (target.Azure is { } azure)
        {
            for (var i = 0; i < azure.VmSizes.Count; i++) MachineType(errors, azure.VmSizes[i], platform, reference, $"{path}.azure.vmSizes[{i}]");
            errors.Require(azure.Location == platform.Azure!.Location, $"{path}.azure.location", $"{reference} is in {platform.Azure.Location}, not in {azure.Location}: remove the location, or refer to a platform there");
        }

        if (target.Gcp is { } gcp)
        {
            for (var i = 0; i < gcp.MachineTypes.Count; i++) MachineType(errors, gcp.MachineTypes[i], platform, reference, $"{path}.gcp.machineTypes[{i}]");
            errors.Require(gcp.Project == platform.Gcp!.Project, $"{path}.gcp.project", $"{reference} is of the project {platform.Gcp.Project}, not {gcp.Project}: remove the project, or refer to a platform of it");
            errors.Require(
                gcp.Network?.Connect != GcpConnect.Iap || platform.Gcp.TunnelEndpoint is not null || GcpUniverse.Of(platform.Gcp).Tunnel is not null, $"{path}.gcp.network.connect",
                $"{reference} is of the universe {platform.Gcp.UniverseDomain}, and does not say where its Identity-Aware Proxy is: set tunnelEndpoint there, or connect otherwise");
            errors.Require(gcp.Zones.Count > 0, $"{path}.gcp.zones", $"neither the target nor {reference} names a zone: set zones in one of them");
        }

        return errors.Errors;
    }

    private static void Check(ErrorList errors, QemuTarget target, ImagePlatformSpec platform, PlatformReference reference, string path)
    {
        MachineType(errors, (target.MachineType ?? QemuMachineType.Q35) == QemuMachineType.Q35 ? "q35" : "pc", platform, reference, $"{path}.machineType");
        QemuPlatformSpec limits = platform.Qemu!;
        errors.Require(limits.MaxCpus is not { } cpus || target.Cpus <= cpus, $"{path}.cpus", $"{reference} allows at most {limits.MaxCpus}, not {target.Cpus}: lower it");
        AtMost(errors, target.Memory, limits.MaxMemory, reference, $"{path}.memory");
        AtMost(errors, target.Disk?.Size, limits.MaxDiskSize, reference, $"{path}.disk.size");
    }

    private static void AtMost(ErrorList errors, Quantity? asked, Quantity? most, PlatformReference reference, string path) =>
        errors.Require(asked is not { } a || most is not { } m || a.Bytes <= m.Bytes, path, $"{reference} allows at most {most}, not {asked}: lower it");

    private static void MachineType(ErrorList errors, string type, ImagePlatformSpec platform, PlatformReference reference, string path)
    {
        var allowed = platform.AllowedMachineTypes;
        errors.Require(allowed.Count == 0 || allowed.Any(glob => Glob.IsMatch(glob, type)), path,
            $"{reference} does not allow machine type {type}: set one of {string.Join(", ", allowed)}");
    }
}
