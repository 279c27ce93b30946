using System.CommandLine;

namespace ImageOperator.Cli.Hosting;

/// <summary>Which cluster, and which namespace of it; null: as the kubeconfig says.</summary>
internal sealed record ClusterChoice(string? Kubeconfig, string? Context, string? Namespace)
{
    /// <summary>Whether any was given.</summary>
    public bool IsGiven => Kubeconfig is not null || Context is not null || Namespace is not null;
}

/// <summary>The options of commands that work with a cluster.</summary>
internal sealed record ClusterOptions
{
    public Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "Its namespace; else the kubeconfig's.", HelpName = "NAMESPACE" };

    public Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "Which kubeconfig; else $KUBECONFIG or ~/.kube/config.", HelpName = "FILE" };

    public Option<string?> Context { get; } = new("--context") { Description = "Which context of it.", HelpName = "NAME" };

    public ClusterChoice Of(ParseResult parsed) => new(parsed.GetValue(Kubeconfig), parsed.GetValue(Context), parsed.GetValue(Namespace));
}
