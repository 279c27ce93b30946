using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ImageOperator.Api.Tests;
using ImageOperator.Api.Tests.Cluster;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Controller.Tests.Cluster;
using ImageOperator.Runtime.Client;
using k8s;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Webhooks;

/// <summary>The operator as a process where the API server can call it, with a configuration that is for the test's namespace alone.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestCluster cluster;
    private readonly int port = Random.Shared.Next(20000, 30000);
    private Process? process;

    private readonly ConcurrentQueue<string> said = [];

    private WebhookProcess(TestCluster cluster)
    {
        this.cluster = cluster;
        Server = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));
    }

    public TestServer Server { get; }

    public IEnumerable<string> Said => said;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => System.IO.Path.GetDirectoryName(cluster.Kubeconfig)!;

    private string Name => cluster.Namespace;

    public static async Task<WebhookProcess> StartAsync(TestCluster cluster)
    {
        var webhook = new WebhookProcess(cluster);
        Assert.SkipUnless(File.Exists(System.IO.Path.Combine(webhook.Folder, ".devcluster")), "needs a cluster whose API server can call a process of this machine: config/dev/cluster/dev-cluster.sh up");
        await cluster.Client.MergePatchAsync<V1Namespace>(
            new("", cluster.Namespace), new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["test"] = cluster.Namespace } } }, null, Stop);
        await cluster.Client.CreateAsync(new V1Secret { Metadata = new() { Name = "image-operator-webhook-tls", NamespaceProperty = cluster.Namespace } }, Stop);
        await webhook.ConfigureAsync();
        await webhook.RunAsync();
        return webhook;
    }

    public string Path(string plural) => $"apis/imageoperator.dev/v1alpha1/namespaces/{cluster.Namespace}/{plural}";

    public async Task RunAsync()
    {
        var start = new ProcessStartInfo(System.IO.Path.Combine(Repository.Root, "config/dev/cluster/dev-cluster.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLUSTER_DIR"] = Folder;
        string[] arguments =
        [
            "exec", "dotnet", System.IO.Path.Combine(AppContext.BaseDirectory, "image-operator.dll"), $"--Kubeconfig={cluster.Kubeconfig}", $"--WatchNamespace={cluster.Namespace}",
            "--HealthPort=0", "--Builder:Image=none", "--Webhook:Enabled=true", $"--Webhook:Port={port.ToString(CultureInfo.InvariantCulture)}",
            $"--Webhook:Namespace={cluster.Namespace}", $"--Webhook:ConfigurationName={Name}", "--Webhook:ExtraNames:0=127.0.0.1",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await TestCluster.UntilAsync(AnswersAsync, () => $"the webhook to answer: {string.Join('\n', said)}", Patience);
    }

    /// <summary>Ends it without a goodbye.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(Stop);
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await KillAsync();
        Server.Dispose();
        await cluster.Client.DeleteIfExistsAsync<V1ValidatingWebhookConfiguration>(new("", Name), null, CancellationToken.None);
    }

    /// <summary>Whether it answers: nothing else refuses this, and nothing is stored.</summary>
    private async Task<bool> AnswersAsync()
    {
        var manifest = JsonNode.Parse(ManifestCase.Load("Invalid", "154-reference-unknown-parameter").Manifest.GetRawText())!;
        manifest["metadata"]!["name"] = "probe";
        return !(await Server.CreateAsync($"{Path("imagetemplates")}?dryRun=All", manifest)).Ok;
    }

    private Task<V1ValidatingWebhookConfiguration> ConfigureAsync() => cluster.Client.CreateAsync(
        new V1ValidatingWebhookConfiguration
        {
            Metadata = new() { Name = Name },
            Webhooks =
            [
                new()
                {
                    Name = "validate.imageoperator.dev",
                    AdmissionReviewVersions = ["v1"],
                    SideEffects = "None",
                    FailurePolicy = "Ignore",
                    TimeoutSeconds = 3,
                    MatchPolicy = "Equivalent",
                    ClientConfig = new() { Url = $"https://127.0.0.1:{port}/validate" },
                    NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["test"] = cluster.Namespace } },
                    Rules = [new() { ApiGroups = ["imageoperator.dev"], ApiVersions = ["v1alpha1"], Resources = ["*"], Operations = ["CREATE", "UPDATE"], Scope = "*" }],
                },
            ],
        },
        Stop);
}
