using ImageOperator.Chart.Tests.Support;
using k8s;

namespace ImageOperator.Chart.Tests.Cluster;

/// <summary>The chart's life on a real cluster, with the real images: one story, because each chapter needs the one before.</summary>
[Trait("Category", "Cluster")]
public sealed class ChartLifeTests(ChartCluster cluster) : IClassFixture<ChartCluster>
{
    private const string Tenant = "team-a";
    private const int LargestRelease = 512 << 10;

    private static readonly string[] Values =
    [
        "--namespace", Helm.Namespace, "--values", "tests/Chart/Cluster/values.yaml", "--wait", "--timeout", "240s",
    ];

    [Fact]
    public async Task Chart_FromInstallToUninstall()
    {
        cluster.Require();
        await cluster.HelmAsync(["install", Helm.Release, Helm.Chart, "--create-namespace", .. Values]);
        await ReleaseFitsItsSecretAsync();
        await WebhookRefusesAsync();
        await DryBuildAsync();

        await cluster.ApplyAsync(Builds.Two(Tenant));
        await cluster.KubectlAsync("wait", "-n", Tenant, "--for=condition=Ready=True", "--timeout=60s", "imagetemplate/stuck");
        await RightsAreTheseAsync();
        await BuilderCannotReachFurtherAsync();

        await UpgradeChangesDefinitionsAsync();
        await UninstallLeavesDataAsync();
    }

    /// <summary>A release is kept in one Secret, of at most 1 MiB.</summary>
    private async Task ReleaseFitsItsSecretAsync()
    {
        var size = await cluster.KubectlAsync("get", "secret", "-n", Helm.Namespace, $"sh.helm.release.v1.{Helm.Release}.v1", "-o", "jsonpath={.data.release}");

        Assert.InRange(Convert.FromBase64String(size).Length, 1, LargestRelease);
    }

    private async Task WebhookRefusesAsync()
    {
        var wrong = Builds.Template(Tenant, "wrong", "echo $(params.missing)");
        await cluster.ApplyAsync(Builds.Namespace(Tenant));
        var refusal = "";
        // Replicas are ready when they serve; the leader tells the API server whom to trust a moment later, and until then everything passes.
        await Eventually.HoldsAsync(
            async () =>
            {
                refusal = await cluster.RefusalAsync(wrong);
                if (refusal.Length > 0) return true;
                await cluster.KubectlAsync("delete", "-n", Tenant, "imagetemplate/wrong");
                return false;
            },
            "the webhook lets a wrong template through");
        Assert.Contains("params.missing", refusal, StringComparison.Ordinal);
    }

    private async Task DryBuildAsync(string @namespace = Helm.Namespace)
    {
        var output = await cluster.HelmAsync("test", Helm.Release, "--namespace", Helm.Namespace, "--timeout", "240s", "--logs");

        Assert.Contains("ok: a builder pod plans a build", output, StringComparison.Ordinal);
        Assert.Contains("ok: the admission webhook refuses a wrong template", output, StringComparison.Ordinal);
        Assert.DoesNotContain("selftest", await cluster.KubectlAsync("get", "imagebuilds,imagetemplates", "-n", @namespace, "-o", "name"), StringComparison.Ordinal);
    }

    private async Task RightsAreTheseAsync()
    {
        using var client = Client();
        string[] names = ["image-operator", "image-operator-webhook-tls", "another"];

        Assert.Equal(ExpectedRights.Sorted(ExpectedRights.Operator), await Rights.OfAsync(client, Helm.Namespace, "image-operator", Tenant, names));
        Assert.Equal(ExpectedRights.Sorted(ExpectedRights.Operator, ExpectedRights.OperatorAtHome), await Rights.OfAsync(client, Helm.Namespace, "image-operator", Helm.Namespace, names));
        Assert.Equal(ExpectedRights.Sorted(ExpectedRights.Builder("one")), await Rights.OfAsync(client, Tenant, "one-builder", Tenant, ["one", "two", "one-builder"]));
        Assert.Empty(await Rights.OfAsync(client, Tenant, "one-builder", Helm.Namespace, ["one", "image-operator", "image-operator-webhook-tls"]));
        Assert.Empty(await Rights.OfAsync(client, Tenant, "one-builder", "default", ["one"]));
    }

    private async Task BuilderCannotReachFurtherAsync()
    {
        using var client = Client();
        await Builds.StatusIsOwnAsync(cluster, client, Tenant);
        // Rights that the operator lacks it cannot give to an account of its making.
        Assert.Contains("attempting to grant RBAC permissions not currently held", await OperatorTriesAsync(Builds.GreedyRole(Tenant)), StringComparison.Ordinal);
        Assert.Contains("forbidden", await OperatorTriesAsync(Builds.AdminBinding(Tenant)), StringComparison.Ordinal);
    }

    private async Task<string> OperatorTriesAsync(string yaml)
    {
        var result = await Helm.TryKubectlAsync(
            ["create", "--validate=false", "-f", "-", "--as", $"system:serviceaccount:{Helm.Namespace}:image-operator", "--as-group", "system:authenticated"], cluster.Environs, yaml);
        Assert.NotEqual(0, result.Code);
        return result.Errors;
    }

    /// <summary>What Helm's own folder for definitions would not do.</summary>
    private async Task UpgradeChangesDefinitionsAsync()
    {
        var chart = Path.Combine(Path.GetTempPath(), $"chart-{Guid.NewGuid():N}");
        try
        {
            await Tool.RunAsync("cp", ["-r", Path.Combine(Tool.Root, Helm.Chart), chart]);
            var file = Path.Combine(chart, "files/crds/imageoperator.dev_imagetemplates.yaml");
            var text = await File.ReadAllTextAsync(file);
            var changed = text.Replace("\"additionalPrinterColumns\":[", "\"additionalPrinterColumns\":[{\"name\":\"Added\",\"type\":\"integer\",\"jsonPath\":\".metadata.generation\"},", StringComparison.Ordinal);
            Assert.NotEqual(text, changed);
            await File.WriteAllTextAsync(file, changed);
            var pods = await PodsAsync();

            await cluster.HelmAsync(["upgrade", Helm.Release, chart, .. Values, "--set", "workers=5"]);

            Assert.Contains("ADDED", await cluster.KubectlAsync("get", "-n", Tenant, "imagetemplate/stuck"), StringComparison.Ordinal);
            await Eventually.HoldsAsync(async () => !pods.Intersect(await PodsAsync()).Any(), "pods with the old settings are still there");
            Assert.NotEmpty(await cluster.KubectlAsync("get", "-n", Helm.Namespace, "secret/image-operator-webhook-tls", "-o", "jsonpath={.data}"));
            Assert.NotEmpty(await cluster.KubectlAsync("get", "validatingwebhookconfiguration/image-operator", "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}"));
        }
        finally
        {
            Directory.Delete(chart, recursive: true);
        }
    }

    private async Task UninstallLeavesDataAsync()
    {
        await cluster.HelmAsync("uninstall", Helm.Release, "--namespace", Helm.Namespace, "--wait", "--timeout", "120s");

        Assert.Equal(5, (await cluster.KubectlAsync("get", "crd", "-o", "name")).Split('\n').Count(l => l.EndsWith(".imageoperator.dev", StringComparison.Ordinal)));
        Assert.Equal("imagebuild.imageoperator.dev/one imagebuild.imageoperator.dev/two", string.Join(' ', (await cluster.KubectlAsync("get", "imagebuilds", "-n", Tenant, "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.DoesNotContain("image-operator", await cluster.KubectlAsync("get", "clusterroles,clusterrolebindings,validatingwebhookconfigurations", "-o", "name"), StringComparison.Ordinal);
        // Who installs again finds everything, and may own it again; now for one namespace, with rights there alone.
        await cluster.HelmAsync(["install", Helm.Release, Helm.Chart, .. Values, "--set", $"watchNamespace={Tenant}"]);
        await DryBuildAsync(Tenant);
        await cluster.KubectlAsync("delete", "imagebuilds", "--all", "-n", Tenant, "--timeout=120s");
    }

    private async Task<IReadOnlyList<string>> PodsAsync() =>
        (await cluster.KubectlAsync("get", "pods", "-n", Helm.Namespace, "-l", "app.kubernetes.io/name=image-operator", "--field-selector=status.phase=Running", "-o", "name"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Kubernetes Client() => new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Environs["KUBECONFIG"]));
}
