using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;

namespace ImageOperator.Controller.Tests.GitOps;

/// <summary>config/flux in the CEL implementation that Flux uses, on every state. The order in which the answers count is Flux's.</summary>
[Trait("Category", "Cluster")]
public sealed class FluxHealthTests
{
    private static readonly string[] Expressions = ["inProgress", "failed", "current"];

    private static string Program => Path.Combine(
        Environment.GetEnvironmentVariable("IMAGEOPERATOR_CACHE") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator"), "k8s-cel/bin/cel-eval");

    [Fact]
    public async Task HealthCheckExprs_OfEveryState_SayWhatKStatusSays()
    {
        Assert.SkipUnless(File.Exists(Program), "needs a CEL implementation: config/dev/cluster/build-cel-eval.sh makes it");
        var checks = Checks();
        Assert.Equal(Vocabulary.Types.Keys.Order(StringComparer.Ordinal), checks.Select(c => (string)c["kind"]!).Order(StringComparer.Ordinal));
        // One question for each kind that has samples; the expressions of all kinds are the same.
        Assert.Single(checks.Select(c => string.Join('|', Expressions.Select(e => (string)c[e]!))).Distinct());
        var question = new JsonObject
        {
            ["expressions"] = new JsonObject(Expressions.Select(e => KeyValuePair.Create(e, (JsonNode?)((string)checks[0][e]!)))),
            ["objects"] = new JsonArray([.. Sample.All.Select(s => s.Json.DeepClone())]),
        };

        var answers = JsonSerializer.Deserialize<List<Dictionary<string, string>>>(await Tool.AskAsync(Program, question.ToJsonString()))!;

        Assert.Equal(Sample.All.Count, answers.Count);
        Assert.All(Sample.All.Zip(answers), pair => Assert.Equal($"{pair.First.Name}: {Expected(pair.First)}", $"{pair.First.Name}: {Judge(pair.Second)}"));
        Assert.Equal([KStatusCode.Current, KStatusCode.InProgress, KStatusCode.Failed], answers.Select(Judge).Distinct().Order());
    }

    private static List<JsonObject> Checks() => [.. Tool.Manifest("config/flux/images.yaml")["spec"]!["healthCheckExprs"]!.AsArray().Select(c => c!.AsObject())];

    /// <summary>Whatever cannot be evaluated is waited for.</summary>
    private static KStatusCode Judge(Dictionary<string, string> answer) => answer switch
    {
        _ when answer["inProgress"] != "false" => KStatusCode.InProgress,
        _ when answer["failed"] == "true" => KStatusCode.Failed,
        _ when answer["current"] == "true" => KStatusCode.Current,
        _ => KStatusCode.InProgress,
    };

    private static KStatusCode Expected(Sample sample) => sample switch
    {
        { IsSeen: false } => KStatusCode.InProgress,
        // Flux does not look at objects that it has removed.
        { IsDeleting: true, KStatus: KStatusCode.Terminating } => KStatusCode.InProgress,
        _ => sample.KStatus,
    };
}
