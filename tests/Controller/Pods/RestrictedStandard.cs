using k8s.Models;

namespace ImageOperator.Controller.Tests.Pods;

/// <summary>Every control of the restricted Pod Security Standard (and of baseline, which it includes), by the names of its page.</summary>
internal static class RestrictedStandard
{
    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    ];

    private static readonly string[] SelinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    /// <returns>What is against the standard: the control, and where.</returns>
    public static IReadOnlyList<string> Violations(V1PodSpec spec, IDictionary<string, string>? annotations = null) =>
        [.. OfPod(spec), .. OfAnnotations(annotations), .. Containers(spec).SelectMany(c => OfContainer(spec, c)), .. Volumes(spec)];

    private static IEnumerable<Container> Containers(V1PodSpec spec) =>
        [
            .. (spec.InitContainers ?? []).Concat(spec.Containers).Select(c => new Container(c.Name, c.SecurityContext, c.Ports, c.LivenessProbe, c.ReadinessProbe, c.StartupProbe, c.Lifecycle)),
            .. (spec.EphemeralContainers ?? []).Select(c => new Container(c.Name, c.SecurityContext, c.Ports, c.LivenessProbe, c.ReadinessProbe, c.StartupProbe, c.Lifecycle)),
        ];

    private static IEnumerable<string> OfPod(V1PodSpec spec)
    {
        if (spec.HostNetwork == true) yield return "Host Namespaces: hostNetwork";
        if (spec.HostPID == true) yield return "Host Namespaces: hostPID";
        if (spec.HostIPC == true) yield return "Host Namespaces: hostIPC";
        var context = spec.SecurityContext;
        if (context?.WindowsOptions?.HostProcess == true) yield return "HostProcess: pod";
        if (context?.RunAsUser == 0) yield return "Running as Non-root user: pod";
        if (context?.SeccompProfile?.Type == "Unconfined") yield return "Seccomp: pod";
        if (context?.AppArmorProfile?.Type == "Unconfined") yield return "AppArmor: pod";
        if (!IsSelinuxAllowed(context?.SeLinuxOptions)) yield return "SELinux: pod";
        foreach (var sysctl in context?.Sysctls ?? [])
        {
            if (!SafeSysctls.Contains(sysctl.Name)) yield return $"Sysctls: {sysctl.Name}";
        }
    }

    private static IEnumerable<string> OfAnnotations(IDictionary<string, string>? annotations) => (annotations ?? new Dictionary<string, string>())
        .Where(a => a.Key.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)
            && a.Value != "runtime/default" && !a.Value.StartsWith("localhost/", StringComparison.Ordinal))
        .Select(a => $"AppArmor: {a.Key}");

    private static IEnumerable<string> OfContainer(V1PodSpec spec, Container container)
    {
        var (context, pod) = (container.Context, spec.SecurityContext);
        if (context?.Privileged == true) yield return $"Privileged Containers: {container.Name}";
        if (context?.AllowPrivilegeEscalation != false) yield return $"Privilege Escalation: {container.Name}";
        if ((context?.RunAsNonRoot ?? pod?.RunAsNonRoot) != true) yield return $"Running as Non-root: {container.Name}";
        if (context?.RunAsUser == 0) yield return $"Running as Non-root user: {container.Name}";
        if ((context?.SeccompProfile?.Type ?? pod?.SeccompProfile?.Type) is not ("RuntimeDefault" or "Localhost")) yield return $"Seccomp: {container.Name}";
        if (context?.AppArmorProfile?.Type == "Unconfined") yield return $"AppArmor: {container.Name}";
        if (context?.WindowsOptions?.HostProcess == true) yield return $"HostProcess: {container.Name}";
        if (context?.ProcMount is not (null or "Default")) yield return $"/proc Mount Type: {container.Name}";
        if (!IsSelinuxAllowed(context?.SeLinuxOptions)) yield return $"SELinux: {container.Name}";
        if (context?.Capabilities?.Drop?.Contains("ALL") != true) yield return $"Capabilities: {container.Name} does not drop ALL";
        foreach (var added in (context?.Capabilities?.Add ?? []).Where(a => a != "NET_BIND_SERVICE")) yield return $"Capabilities: {container.Name} adds {added}";
        foreach (var port in (container.Ports ?? []).Where(p => p.HostPort is > 0)) yield return $"Host Ports: {container.Name} {port.HostPort}";
        if (container.Hosts().Any(h => !string.IsNullOrEmpty(h))) yield return $"Host Probes / Lifecycle Hooks: {container.Name}";
    }

    private static IEnumerable<string> Volumes(V1PodSpec spec)
    {
        foreach (var volume in spec.Volumes ?? [])
        {
            if (volume.HostPath is { } host) yield return $"HostPath Volumes: {volume.Name} {host.Path}";
            else if (!IsVolumeAllowed(volume)) yield return $"Volume Types: {volume.Name}";
        }
    }

    private static bool IsVolumeAllowed(V1Volume v) => v.ConfigMap is not null || v.Csi is not null || v.DownwardAPI is not null || v.EmptyDir is not null || v.Ephemeral is not null
        || v.PersistentVolumeClaim is not null || v.Projected is not null || v.Secret is not null || v.Image is not null;

    private static bool IsSelinuxAllowed(V1SELinuxOptions? options) =>
        options is null || (SelinuxTypes.Contains(options.Type ?? "") && string.IsNullOrEmpty(options.User) && string.IsNullOrEmpty(options.Role));

    private sealed record Container(
        string Name, V1SecurityContext? Context, IList<V1ContainerPort>? Ports, V1Probe? Liveness, V1Probe? Readiness, V1Probe? Startup, V1Lifecycle? Lifecycle)
    {
        public IEnumerable<string?> Hosts() =>
        [
            .. new[] { Liveness, Readiness, Startup }.SelectMany(p => new[] { p?.HttpGet?.Host, p?.TcpSocket?.Host }),
            .. new[] { Lifecycle?.PostStart, Lifecycle?.PreStop }.SelectMany(h => new[] { h?.HttpGet?.Host, h?.TcpSocket?.Host }),
        ];
    }
}
