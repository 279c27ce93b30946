using ImageOperator.Controller.Hosting;
using k8s.Models;

namespace ImageOperator.Controller.Pods;

/// <summary>The restricted Pod Security Standard, and a root file system that cannot be written.</summary>
internal static class PodSecurity
{
    public static V1PodSecurityContext Pod(BuilderOptions options) => new()
    {
        RunAsNonRoot = options.User != 0,
        RunAsUser = options.User,
        RunAsGroup = options.User,
        FsGroup = options.User,
        // A cache with many files is not walked at every start.
        FsGroupChangePolicy = "OnRootMismatch",
        SeccompProfile = new() { Type = "RuntimeDefault" },
    };

    public static V1SecurityContext Container() => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new() { Drop = ["ALL"] },
    };
}
