using ImageOperator.Chart.Tests.Support;
using ImageOperator.Controller.Tests.Pods;
using k8s.Models;

namespace ImageOperator.Chart.Tests.Rendering;

public sealed class RenderTests
{
    public static TheoryData<string, string> Cases() => Matrix.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Lint_IsStrictlyClean(string values, string version)
    {
        var output = await Helm.RunAsync(["lint", "--strict", Helm.Chart, "--namespace", Helm.Namespace, .. Matrix.Arguments(values, version)]);

        Assert.DoesNotContain("[WARNING]", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Template_MakesObjectsThatAre(string values, string version)
    {
        var objects = await Helm.TemplateAsync(Matrix.Arguments(values, version));

        Assert.NotEmpty(objects);
        Assert.Empty(objects.GroupBy(o => o.Id).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(objects, KnownKinds.Check);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Template_PodsAreRestricted(string values, string version)
    {
        var pods = PodsOf(await Helm.TemplateAsync(Matrix.Arguments(values, version))).ToArray();

        Assert.NotEmpty(pods);
        Assert.All(pods, p =>
        {
            Assert.Empty(RestrictedStandard.Violations(p));
            Assert.False(p.AutomountServiceAccountToken);
            Assert.All(p.Containers, c =>
            {
                Assert.True(c.SecurityContext.ReadOnlyRootFilesystem);
                Assert.All(c.Env ?? [], e => Assert.NotNull(e.ValueFrom?.FieldRef));
                Assert.Null(c.EnvFrom);
            });
            var token = Assert.Single(p.Volumes.SelectMany(v => v.Projected?.Sources ?? []), s => s.ServiceAccountToken is not null).ServiceAccountToken;
            Assert.InRange(token.ExpirationSeconds!.Value, 600, 3600);
        });
    }

    [Fact]
    public async Task Template_ByDefault_AsksForWhatItNeedsAndSpreads()
    {
        var objects = await Helm.TemplateAsync();

        var deployment = objects.Single(o => o.Kind == "Deployment").As<V1Deployment>();
        Assert.Equal(2, deployment.Spec.Replicas);
        Assert.Equal(["cpu", "memory"], deployment.Spec.Template.Spec.Containers[0].Resources.Requests.Keys.Order());
        Assert.Equal(["memory"], deployment.Spec.Template.Spec.Containers[0].Resources.Limits.Keys);
        Assert.Single(deployment.Spec.Template.Spec.Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution);
        Assert.Single(objects, o => o.Kind == "PodDisruptionBudget");
        Assert.Equal(["image-operator", "image-operator-webhook"], objects.Where(o => o.Kind == "NetworkPolicy").Select(o => o.Name).Order());
    }

    /// <summary>On as many nodes as replicas, a pod more than those would wait for ever, and the upgrade with it.</summary>
    [Fact]
    public async Task Template_OnNodesOfTheirOwn_ReplacesOneAfterTheOther()
    {
        var deployment = (await Helm.TemplateAsync("--set", "antiAffinity=Required")).Single(o => o.Kind == "Deployment").As<V1Deployment>();

        Assert.Single(deployment.Spec.Template.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution);
        Assert.Equal(("0", "1"), (deployment.Spec.Strategy?.RollingUpdate?.MaxSurge.Value, deployment.Spec.Strategy?.RollingUpdate?.MaxUnavailable.Value));
    }

    /// <summary>Builders reach the API server, pods (DNS), and all addresses (clouds, SSH, sources) but the metadata services; nothing reaches them.</summary>
    [Fact]
    public async Task Template_PolicyOfBuilders_LetsThemDoTheirWorkAndNoMore()
    {
        var policy = (await Helm.TemplateAsync("--set", "networkPolicy.builders.namespaces={team-a}"))
            .Single(o => o is { Kind: "NetworkPolicy", Namespace: "team-a" }).As<V1NetworkPolicy>().Spec;

        Assert.Equal(["Ingress", "Egress"], policy.PolicyTypes);
        Assert.Null(policy.Ingress);
        Assert.Single(policy.Egress, e => e.Ports is null && e.To is [{ NamespaceSelector: not null, PodSelector: null, IpBlock: null }]);
        Assert.Equal(["443", "6443"], Assert.Single(policy.Egress, e => e.To is null).Ports.Select(p => p.Port.Value));
        var addresses = Assert.Single(policy.Egress, e => e.To is [{ IpBlock: not null }, ..]);
        Assert.Null(addresses.Ports);
        Assert.Equal(["0.0.0.0/0 169.254.169.254/32", "::/0 fd00:ec2::254/128"], addresses.To.Select(t => $"{t.IpBlock.Cidr} {string.Join(',', t.IpBlock.Except)}"));
    }

    [Theory]
    [InlineData(Matrix.Oldest, "policy/v1beta1", false)]
    [InlineData("1.24.17", "policy/v1", false)]
    [InlineData("1.25.0", "policy/v1", true)]
    [InlineData("1.33.1-gke.1000", "policy/v1", true)]
    public async Task Template_SaysOnlyWhatTheServerKnows(string version, string policy, bool rules)
    {
        var objects = await Helm.TemplateAsync("--kube-version", version);

        Assert.Equal(policy, objects.Single(o => o.Kind == "PodDisruptionBudget").ApiVersion);
        Assert.All(objects.Where(o => o.Kind == "CustomResourceDefinition"), crd =>
            Assert.Equal(rules, crd.Json.ToJsonString().Contains("x-kubernetes-validations", StringComparison.Ordinal)));
    }

    /// <summary>Without the rules a definition is otherwise the same: templating must not change a number or a text.</summary>
    [Fact]
    public async Task Template_CrdsForTheOldest_AreTheSameButForTheRules()
    {
        var old = await Helm.TemplateAsync("--kube-version", Matrix.Oldest, "--set", "crds.keep=false");
        var files = Directory.EnumerateFiles(Path.Combine(Tool.Root, "crds"), "imageoperator.dev_*.yaml").SelectMany(f => RenderedObject.All(File.ReadAllText(f))).ToArray();

        Assert.NotEmpty(files);
        Assert.All(files, expected => Assert.Equal(
            JsonText.Sorted(JsonText.Without(expected.Json, "x-kubernetes-validations")),
            JsonText.Sorted(old.Single(o => o.Id == expected.Id).Json)));
    }

    [Fact]
    public async Task Template_CrdsForTheNewest_AreTheFilesAndKept()
    {
        var objects = await Helm.TemplateAsync("--kube-version", Matrix.Newest);
        var files = Directory.EnumerateFiles(Path.Combine(Tool.Root, "crds"), "imageoperator.dev_*.yaml").SelectMany(f => RenderedObject.All(File.ReadAllText(f))).ToArray();

        Assert.Equal(files.Length, objects.Count(o => o.Kind == "CustomResourceDefinition"));
        Assert.All(files, expected =>
        {
            var crd = objects.Single(o => o.Id == expected.Id).Json;
            Assert.Equal("keep", crd["metadata"]!["annotations"]!["helm.sh/resource-policy"]!.GetValue<string>());
            crd["metadata"]!.AsObject().Remove("annotations");
            Assert.Equal(JsonText.Sorted(expected.Json), JsonText.Sorted(crd));
        });
    }

    [Fact]
    public async Task Template_Namespaced_MayDoNothingOutsideItsNamespaceButLookAtNodes()
    {
        var objects = await Helm.TemplateAsync(Matrix.Arguments("namespaced", Matrix.Newest));

        Assert.Equal(
            ["get nodes", "get,update validatingwebhookconfigurations"],
            objects.Where(o => o.Kind == "ClusterRole").SelectMany(o => o.As<V1ClusterRole>().Rules).Select(r => $"{string.Join(',', r.Verbs)} {string.Join(',', r.Resources)}").Order());
        Assert.Equal(["team-a"], objects.Where(o => o.Kind == "Role" && !o.Name.EndsWith("-leader-election", StringComparison.Ordinal) && !o.Name.EndsWith("-webhook", StringComparison.Ordinal)).Select(o => o.Namespace).Distinct());
        Assert.Contains(objects, o => o is { Kind: "NetworkPolicy", Namespace: "team-a" });
    }

    /// <summary>Namespaces bear their name as a label from 1.21 on: a selector for it would switch the webhook off before.</summary>
    [Theory]
    [InlineData(Matrix.Oldest, false)]
    [InlineData("1.21.0", true)]
    [InlineData(Matrix.Newest, true)]
    public async Task Template_Namespaced_WebhookIsAskedAboutItsNamespace(string version, bool byName)
    {
        var objects = await Helm.TemplateAsync("--kube-version", version, "--set", "watchNamespace=team-a");

        var selector = objects.Single(o => o.Kind == "ValidatingWebhookConfiguration").As<V1ValidatingWebhookConfiguration>().Webhooks[0].NamespaceSelector;
        Assert.Equal(byName, selector.MatchExpressions.Any(e => e is { Key: "kubernetes.io/metadata.name", OperatorProperty: "In", Values: ["team-a"] }));
        Assert.Contains(selector.MatchExpressions, e => e is { Key: "imageoperator.dev/admission", OperatorProperty: "NotIn" });
    }

    [Fact]
    public async Task Template_OtherSettings_MakeNewPods()
    {
        var one = (await Helm.TemplateAsync()).Single(o => o.Kind == "Deployment");
        var other = (await Helm.TemplateAsync("--set", "workers=5")).Single(o => o.Kind == "Deployment");

        Assert.NotEqual(one.As<V1Deployment>().Spec.Template.Metadata.Annotations["checksum/config"], other.As<V1Deployment>().Spec.Template.Metadata.Annotations["checksum/config"]);
    }

    [Fact]
    public async Task Template_Digests_AreWhatRuns()
    {
        var objects = await Helm.TemplateAsync(Matrix.Arguments("everything", Matrix.Newest));

        Assert.EndsWith("image-operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", objects.Single(o => o.Kind == "Deployment").As<V1Deployment>().Spec.Template.Spec.Containers[0].Image, StringComparison.Ordinal);
        Assert.Contains("image-builder@sha256:fedcba98", objects.First(o => o.Kind == "ConfigMap" && o.Json["data"]!["config.json"] is not null).Json.ToJsonString(), StringComparison.Ordinal);
    }

    private static IEnumerable<V1PodSpec> PodsOf(IEnumerable<RenderedObject> objects) => objects.SelectMany(o => o.Kind switch
    {
        "Deployment" => [o.As<V1Deployment>().Spec.Template.Spec],
        "Pod" => [o.As<V1Pod>().Spec],
        "Job" => [o.As<V1Job>().Spec.Template.Spec],
        _ => Array.Empty<V1PodSpec>(),
    });
}
