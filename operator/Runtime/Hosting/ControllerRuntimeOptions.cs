using ImageOperator.Runtime.Leadership;

namespace ImageOperator.Runtime.Hosting;

/// <summary>Options of the runtime as a whole.</summary>
public sealed class ControllerRuntimeOptions
{
    /// <summary>Name of the operator: field manager of what it writes, reporting controller of its events. Required.</summary>
    public string Name { get; set; } = "";

    /// <summary>Which kubeconfig to use; null takes the pod's service account, else <c>$KUBECONFIG</c> or <c>~/.kube/config</c>.</summary>
    public string? KubeconfigPath { get; set; }

    /// <summary>Watch only this namespace; empty for all.</summary>
    public string WatchNamespace { get; set; } = "";

    /// <summary>Who reports events; the pod's name. Empty takes the host's name.</summary>
    public string Instance { get; set; } = "";

    /// <summary>How long one call (other than a watch) may take.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long running reconciles get to end on stop, before they are cancelled. Keep it well below the pod's grace period and the host's shutdown timeout.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Leader election.</summary>
    public LeaderElectionOptions LeaderElection { get; set; } = new();
}
