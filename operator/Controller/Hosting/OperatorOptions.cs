using ImageOperator.Controller.Logs;
using ImageOperator.Controller.Webhooks;
using ImageOperator.Runtime.Leadership;
using ImageOperator.Telemetry;
using k8s.Models;

namespace ImageOperator.Controller.Hosting;

/// <summary>The operator's settings: from <c>--config FILE</c> (JSON), environment variables <c>IMAGEOPERATOR_…</c> and the command line, the later wins.</summary>
internal sealed class OperatorOptions
{
    /// <summary>Watch only this namespace; empty is all.</summary>
    public string WatchNamespace { get; set; } = "";

    /// <summary>Which kubeconfig to use; unset takes the pod's service account, else <c>$KUBECONFIG</c> or <c>~/.kube/config</c>.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>The port of <c>/healthz</c> and <c>/readyz</c>; 0 takes any free one.</summary>
    public int HealthPort { get; set; } = 8081;

    /// <summary>How many objects of a kind are reconciled at once.</summary>
    public int Workers { get; set; } = 4;

    /// <summary>How long a scheduled builder pod may take to start.</summary>
    public TimeSpan PodStartTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How much may be built at once.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>The metrics' endpoint.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>The logs that are kept after their pods.</summary>
    public LogOptions Logs { get; set; } = new();

    /// <summary>OpenTelemetry's export.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    /// <summary>The operator's leader election.</summary>
    public LeadershipOptions LeaderElection { get; set; } = new();

    /// <summary>The admission webhook.</summary>
    public WebhookOptions Webhook { get; set; } = new();

    /// <summary>The builder pods.</summary>
    public BuilderOptions Builder { get; set; } = new();

    /// <summary>The probes of platforms.</summary>
    public ProbeOptions Probe { get; set; } = new();
}

/// <summary>
/// How much may be built at once, whatever the platforms allow. What is counted are targets, because each takes a pod and a machine. A build over a limit waits.
/// </summary>
internal sealed class LimitOptions
{
    /// <summary>Targets under way at once; unset is no limit, 0 starts nothing.</summary>
    public int? ConcurrentBuilds { get; set; }

    /// <summary>Targets of one namespace under way at once; unset is no limit, 0 starts nothing.</summary>
    public int? ConcurrentBuildsPerNamespace { get; set; }
}

/// <summary>Settings of leader election.</summary>
internal sealed class LeadershipOptions
{
    /// <summary>Off is for a single run outside the cluster.</summary>
    public bool Enabled { get; set; }

    /// <summary>The lease's namespace: the operator's own.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>The lease's name.</summary>
    public string Name { get; set; } = "image-operator";

    /// <summary>How long others wait after the leader's last renewal: the longest time without a leader after a crash.</summary>
    public TimeSpan LeaseDuration { get; set; } = new LeaderElectionOptions().LeaseDuration;

    /// <summary>How long a leader that cannot renew goes on.</summary>
    public TimeSpan RenewDeadline { get; set; } = new LeaderElectionOptions().RenewDeadline;

    /// <summary>Pause between renewals.</summary>
    public TimeSpan RetryPeriod { get; set; } = new LeaderElectionOptions().RetryPeriod;
}

/// <summary>Settings of builder and sweeper pods.</summary>
internal sealed class BuilderOptions
{
    /// <summary>The image with image-builder. Required.</summary>
    public string Image { get; set; } = "";

    /// <summary>Always, IfNotPresent or Never; unset leaves it to Kubernetes.</summary>
    public string? PullPolicy { get; set; }

    /// <summary>Secrets (in the builds' namespaces) for pulling the image.</summary>
    public IList<string> PullSecrets { get; } = [];

    /// <summary>The user and group that builders run as; also fsGroup.</summary>
    public long User { get; set; } = 65532;

    /// <summary>CPU beside the machine's, in millicores.</summary>
    public int CpuOverheadMillis { get; set; } = 250;

    /// <summary>Memory beside the machine's, in MiB.</summary>
    public int MemoryOverheadMiB { get; set; } = 512;

    /// <summary>How much of a machine's CPUs is requested: 0.5 overcommits by two.</summary>
    public double CpuRequestFactor { get; set; } = 1;

    /// <summary>Most bytes below /scratch, such as 20Gi; unset for no limit but the node's.</summary>
    public string? ScratchSizeLimit { get; set; }

    /// <summary>The extended resource that gives a pod /dev/kvm, such as <c>devices.kubevirt.io/kvm</c>; unset for none.</summary>
    public string? KvmResourceName { get; set; }

    /// <summary>How long a builder gets to clean up when its pod is deleted.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Nodes for the pods.</summary>
    public IDictionary<string, string> NodeSelector { get; } = new Dictionary<string, string>();

    /// <summary>Taints that the pods bear.</summary>
    public IList<V1Toleration> Tolerations { get; } = [];

    /// <summary>Where downloaded source images are kept.</summary>
    public CacheOptions Cache { get; set; } = new();
}

/// <summary>Where downloaded source images are kept.</summary>
internal sealed class CacheOptions
{
    /// <summary>EmptyDir goes with the pod; HostPath and PersistentVolumeClaim are shared by builds.</summary>
    public CacheKind Kind { get; set; } = CacheKind.EmptyDir;

    /// <summary>The folder on the node, for HostPath. Writable by the builders' user.</summary>
    public string HostPath { get; set; } = "";

    /// <summary>The claim (in each namespace of builds), for PersistentVolumeClaim.</summary>
    public string ClaimName { get; set; } = "";

    /// <summary>Most GiB of a shared cache: what was used longest ago goes first, what is in use never. 0 for no limit.</summary>
    public int MaxGiB { get; set; }

    /// <summary>How long an entry of a shared cache is kept after its last use, in whole hours. 0 for ever.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Kinds of caches.</summary>
internal enum CacheKind
{
    /// <summary>None beyond the pod.</summary>
    EmptyDir,

    /// <summary>A folder on the node.</summary>
    HostPath,

    /// <summary>A claim.</summary>
    PersistentVolumeClaim,
}
