using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Controller.Access;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Tests.Builds;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Pods;

/// <summary>Whatever a template and the settings say, a pod is within the restricted Pod Security Standard, or outside by exactly the volumes that they name.</summary>
public sealed class PodSecurityTests
{
    private static readonly string[] Sources = ["url", "claim", "hostPath"];
    private static readonly string[] Outputs = ["claim", "hostPath"];

    public static TheoryData<string, string, CacheKindName, bool, bool, bool> Cases()
    {
        var cases = new TheoryData<string, string, CacheKindName, bool, bool, bool>();
        foreach (var source in Sources)
        {
            foreach (var output in Outputs)
            {
                foreach (var cache in Enum.GetValues<CacheKindName>())
                {
                    foreach (var bits in Enumerable.Range(0, 8)) cases.Add(source, output, cache, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
                }
            }
        }

        return cases;
    }

    /// <summary>The operator's own enum is internal, and a theory's arguments are public.</summary>
    public enum CacheKindName
    {
        EmptyDir,
        HostPath,
        PersistentVolumeClaim,
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Create_Any_IsRestrictedButForDeclaredHostPaths(string source, string output, CacheKindName cache, bool inputs, bool kvm, bool sweeper)
    {
        var pod = Create(source, output, cache, inputs, kvm, sweeper);

        string[] declared =
        [
            .. cache == CacheKindName.HostPath ? ["HostPath Volumes: cache /var/cache/imageoperator"] : Array.Empty<string>(),
            .. output == "hostPath" ? ["HostPath Volumes: output /srv/images"] : Array.Empty<string>(),
            .. source == "hostPath" ? ["HostPath Volumes: source /srv/base"] : Array.Empty<string>(),
        ];
        Assert.Equal(declared, RestrictedStandard.Violations(pod.Spec, pod.Metadata.Annotations).Order(StringComparer.Ordinal));
        Assert.All(pod.Spec.Volumes.Where(v => v.Name == "source"), v => Assert.True(pod.Spec.Containers[0].VolumeMounts.Single(m => m.Name == v.Name).ReadOnlyProperty));
    }

    /// <summary>A device comes as an extended resource, which a device plugin grants: no privilege, no /dev of the node.</summary>
    [Fact]
    public void Create_WithKvm_AsksForTheDeviceAndNothingElse()
    {
        var with = Create("url", "claim", CacheKindName.EmptyDir, inputs: false, kvm: true, sweeper: false);
        var without = Create("url", "claim", CacheKindName.EmptyDir, inputs: false, kvm: false, sweeper: false);

        Assert.Equal("1", with.Spec.Containers[0].Resources.Limits["devices.kubevirt.io/kvm"].ToString());
        with.Spec.Containers[0].Resources = without.Spec.Containers[0].Resources;
        Assert.Equal(k8s.KubernetesYaml.Serialize(without), k8s.KubernetesYaml.Serialize(with));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_Any_TokenIsProjectedShortAndForTheApiServerAlone(bool sweeper)
    {
        var pod = Create("url", "claim", CacheKindName.EmptyDir, inputs: true, kvm: false, sweeper);

        Assert.False(pod.Spec.AutomountServiceAccountToken);
        var token = Assert.Single(pod.Spec.Volumes.SelectMany(v => v.Projected?.Sources ?? []), s => s.ServiceAccountToken is not null).ServiceAccountToken;
        // 3607 is the number that API servers extend to a year.
        Assert.Equal(3600, token.ExpirationSeconds);
        // Unset is the API server's own audience.
        Assert.Null(token.Audience);
        Assert.Empty(pod.Spec.Volumes.Where(v => v.Secret is not null).Select(v => v.Secret.SecretName).Except(["web", NamespaceSalt.Name]));
    }

    [Theory]
    [InlineData("root", "Running as Non-root user: pod")]
    [InlineData("privileged", "Privileged Containers: builder")]
    [InlineData("escalation", "Privilege Escalation: builder")]
    [InlineData("capability", "Capabilities: builder adds SYS_ADMIN")]
    [InlineData("drop", "Capabilities: builder does not drop ALL")]
    [InlineData("seccomp", "Seccomp: builder")]
    [InlineData("unconfined", "Seccomp: pod")]
    [InlineData("hostNetwork", "Host Namespaces: hostNetwork")]
    [InlineData("hostPort", "Host Ports: builder 80")]
    [InlineData("nfs", "Volume Types: nfs")]
    [InlineData("sysctl", "Sysctls: kernel.msgmax")]
    [InlineData("procMount", "/proc Mount Type: builder")]
    [InlineData("selinux", "SELinux: pod")]
    [InlineData("appArmor", "AppArmor: container.apparmor.security.beta.kubernetes.io/builder")]
    [InlineData("init", "Privilege Escalation: setup")]
    public void Standard_SeesWhatIsAgainstIt(string what, string violation)
    {
        var pod = Create("url", "claim", CacheKindName.EmptyDir, inputs: false, kvm: false, sweeper: false);
        var (spec, container) = (pod.Spec, pod.Spec.Containers[0]);
        switch (what)
        {
            case "root": spec.SecurityContext.RunAsUser = 0; break;
            case "privileged": container.SecurityContext.Privileged = true; break;
            case "escalation": container.SecurityContext.AllowPrivilegeEscalation = null; break;
            case "capability": container.SecurityContext.Capabilities.Add = ["SYS_ADMIN"]; break;
            case "drop": container.SecurityContext.Capabilities.Drop = ["NET_RAW"]; break;
            case "seccomp": spec.SecurityContext.SeccompProfile = null; break;
            case "unconfined": spec.SecurityContext.SeccompProfile.Type = "Unconfined"; break;
            case "hostNetwork": spec.HostNetwork = true; break;
            case "hostPort": container.Ports = [new() { ContainerPort = 80, HostPort = 80 }]; break;
            case "nfs": spec.Volumes.Add(new() { Name = "nfs", Nfs = new() { Server = "x", Path = "/" } }); break;
            case "sysctl": spec.SecurityContext.Sysctls = [new() { Name = "kernel.msgmax", Value = "1" }]; break;
            case "procMount": container.SecurityContext.ProcMount = "Unmasked"; break;
            case "selinux": spec.SecurityContext.SeLinuxOptions = new() { User = "system_u" }; break;
            case "appArmor": pod.Metadata.Annotations = new Dictionary<string, string> { ["container.apparmor.security.beta.kubernetes.io/builder"] = "unconfined" }; break;
            default: spec.InitContainers = [new() { Name = "setup" }]; break;
        }

        Assert.Contains(violation, RestrictedStandard.Violations(spec, pod.Metadata.Annotations));
    }

    private static V1Pod Create(string source, string output, CacheKindName cache, bool inputs, bool kvm, bool sweeper)
    {
        var options = new BuilderOptions
        {
            Image = "imageoperator/image-builder:1",
            KvmResourceName = kvm ? "devices.kubevirt.io/kvm" : null,
            Cache = new() { Kind = Enum.Parse<CacheKind>(cache.ToString()), HostPath = "/var/cache/imageoperator", ClaimName = "cache" },
        };
        var target = TargetOf(source, output);
        var template = Given.Template with { Targets = [target] };
        if (inputs)
        {
            template = template with
            {
                Parameters = [new() { Name = "adminPassword", SecretKeyRef = new() { Name = "web", Key = "password" } }],
                Workspace = [new() { Path = "files", ConfigMap = new() { Name = "web-files" } }],
            };
        }

        var build = Given.Build() with { Status = new() { StartTime = Given.Start, Template = template } };
        return new PodFactory(options).Create(new(build, target, 1, sweeper));
    }

    private static Target TargetOf(string source, string output)
    {
        var target = Given.Target("lab");
        var checksum = target.Qemu!.Source.Checksum;
        var claim = new ClaimFile { ClaimName = "images", Path = "x" };
        return target with
        {
            Qemu = target.Qemu with
            {
                Source = source switch
                {
                    "url" => new() { Url = "https://images.example.com/x", Checksum = checksum },
                    "claim" => new() { PersistentVolumeClaim = claim, Checksum = checksum },
                    _ => new() { HostPath = new() { Path = "/srv/base/x.qcow2" }, Checksum = checksum },
                },
                Output = output == "claim" ? new() { PersistentVolumeClaim = claim } : new() { HostPath = new() { Path = "/srv/images" } },
            },
        };
    }
}
