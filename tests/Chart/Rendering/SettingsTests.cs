using System.Reflection;
using System.Text.Json.Nodes;
using ImageOperator.Chart.Tests.Support;
using ImageOperator.Controller.Hosting;

namespace ImageOperator.Chart.Tests.Rendering;

/// <summary>The file that the chart gives to the operator is one that the operator takes.</summary>
public sealed class SettingsTests
{
    /// <summary>What follows from being in the cluster.</summary>
    private static readonly string[] NotSet = ["Kubeconfig", "Webhook.Namespace", "Webhook.ExtraNames", "Webhook.CertificateDirectory"];

    public static TheoryData<string, string> Cases() => Matrix.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Settings_AreValid(string values, string version)
    {
        var options = Bind(await SettingsAsync(Matrix.Arguments(values, version)));

        var result = new OperatorOptionsValidator().Validate(null, options);

        Assert.True(result.Succeeded, result.FailureMessage);
        Assert.True(options.LeaderElection.Enabled);
        Assert.Equal(Helm.Namespace, options.LeaderElection.Namespace);
    }

    [Fact]
    public async Task Settings_WhatIsSaid_Arrives()
    {
        var options = Bind(await SettingsAsync(Matrix.Arguments("everything", Matrix.Newest)));

        Assert.Equal("builder-of-images", options.LeaderElection.Name);
        Assert.Equal(8, options.Workers);
        Assert.Equal((20, 0), (options.Limits.ConcurrentBuilds, options.Limits.ConcurrentBuildsPerNamespace));
        Assert.Equal((true, 10250, "builder-of-images-webhook"), (options.Webhook.Enabled, options.Webhook.Port, options.Webhook.ServiceName));
        Assert.Equal((9090, "0.0.0.0"), (options.Metrics.Port, options.Metrics.Address));
        Assert.Equal(("https://collector.example.com:4317", "/etc/otlp/headers"), (options.Otlp.Endpoint, options.Otlp.HeadersFile));
        Assert.Equal(TimeSpan.FromMinutes(10), options.PodStartTimeout);
        Assert.Equal(TimeSpan.FromMinutes(3), options.Builder.GracePeriod);
        Assert.Equal(0.5, options.Builder.CpuRequestFactor);
        Assert.Equal(["pull"], options.Builder.PullSecrets);
        Assert.Equal("builders", options.Builder.NodeSelector["pool"]);
        var toleration = Assert.Single(options.Builder.Tolerations);
        Assert.Equal(("builders", "Equal", "yes", "NoExecute", 60), (toleration.Key, toleration.OperatorProperty, toleration.Value, toleration.Effect, toleration.TolerationSeconds));
        Assert.Equal((CacheKind.HostPath, "/var/cache/imageoperator", 200, TimeSpan.FromDays(7)), (options.Builder.Cache.Kind, options.Builder.Cache.HostPath, options.Builder.Cache.MaxGiB, options.Builder.Cache.MaxAge));
        Assert.Equal("team-a", Bind(await SettingsAsync(Matrix.Arguments("namespaced", Matrix.Newest))).WatchNamespace);
    }

    /// <summary>A setting that the operator gets and the chart forgets shows here.</summary>
    [Fact]
    public async Task Settings_TheChartSetsAllThatThereAre()
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        foreach (var values in new[] { "everything", "namespaced", "minimal", "cert-manager" }) Paths(await SettingsAsync(Matrix.Arguments(values, Matrix.Newest)), "", said);

        Assert.Empty(Options(typeof(OperatorOptions), "").Except(said).Except(NotSet).Order(StringComparer.Ordinal));
    }

    private static async Task<JsonObject> SettingsAsync(string[] arguments)
    {
        var objects = await Helm.TemplateAsync(arguments);
        var file = objects.Select(o => o.Json["data"]?["config.json"]).OfType<JsonNode>().Single();
        return JsonNode.Parse(file.GetValue<string>())!.AsObject();
    }

    private static OperatorOptions Bind(JsonObject settings) => EffectiveSettings.Of(settings.ToJsonString(), []);

    private static void Paths(JsonObject settings, string prefix, HashSet<string> said)
    {
        foreach (var (name, value) in settings)
        {
            said.Add(prefix + name);
            if (value is JsonObject group) Paths(group, $"{prefix}{name}.", said);
        }
    }

    private static IEnumerable<string> Options(Type type, string prefix) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite || p.PropertyType.GetInterfaces().Contains(typeof(System.Collections.IEnumerable)) && !p.PropertyType.Name.StartsWith("IReadOnly", StringComparison.Ordinal)).SelectMany(p =>
        p.PropertyType.Namespace!.StartsWith("ImageOperator.", StringComparison.Ordinal) && p.PropertyType.IsClass ? Options(p.PropertyType, $"{prefix}{p.Name}.") : [prefix + p.Name]);
}
