using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.Api.Validation;

internal static class TargetRules
{
    public static void Check(ErrorList errors, Target target, string path)
    {
        errors.Require(new object?[] { target.Qemu, target.Aws, target.Azure, target.Gcp }.Count(b => b is not null) == 1, path, Target.OnePlatform);
        if (target.Aws is { } aws) AwsTargetRules.Check(errors, aws, $"{path}.aws");
        if (target.Azure is { } azure) AzureTargetRules.Check(errors, azure, $"{path}.azure");
        if (target.Gcp is { } gcp) GcpTargetRules.Check(errors, gcp, $"{path}.gcp");
        errors.Require(target.Publish.Count == 0 || target.Qemu is not null, $"{path}.publish", Target.PublishNeedsFile);
        for (var i = 0; i < target.Publish.Count; i++) PublishRules.Check(errors, target.Publish[i], target.Qemu?.Output, $"{path}.publish[{i}]");
        if (target.Qemu is not { } qemu) return;
        CheckSource(errors, qemu.Source, $"{path}.qemu.source");
        CheckOutput(errors, qemu.Output, $"{path}.qemu.output");
        DurationRules.Positive(errors, qemu.ShutdownTimeout, $"{path}.qemu.shutdownTimeout");
        errors.Require(qemu.Memory.Bytes >= 16 << 20, $"{path}.qemu.memory", $"{qemu.Memory} is too little to boot: at least 16Mi");
    }

    private static void CheckSource(ErrorList errors, QemuSource source, string path)
    {
        var count = new object?[] { source.Url, source.HostPath, source.PersistentVolumeClaim }.Count(s => s is not null);
        errors.Require(count == 1, path, "exactly one of url, hostPath and persistentVolumeClaim must be set");
        if (source.Url is not { } url || url.Contains("$(", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            errors.Add($"{path}.url", $"\"{SchemaText.Short(url)}\" is not a URL: write for example https://images.example.com/debian.qcow2");
        }
        else
        {
            errors.Require(uri.UserInfo.Length == 0, $"{path}.url", "has a user or password in it, which status and logs would show: remove it");
        }
    }

    private static void CheckOutput(ErrorList errors, QemuOutput output, string path)
    {
        errors.Require(output.HostPath is null != output.PersistentVolumeClaim is null, path, "exactly one of hostPath and persistentVolumeClaim must be set");
        errors.Require(!output.Compress || output.Format is DiskFormat.Qcow2 or DiskFormat.Vmdk, $"{path}.compress",
            "only qcow2 and vmdk can be compressed: set one of these formats, or remove compress");
    }
}
