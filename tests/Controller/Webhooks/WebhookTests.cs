using System.Text.Json.Nodes;
using ImageOperator.Api.Tests.Cluster;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;
using ImageOperator.Controller.Tests.Cluster;

namespace ImageOperator.Controller.Tests.Webhooks;

/// <summary>A real API server without CEL asks the real operator: the webhook is its first line of defence.</summary>
[Trait("Category", "Cluster")]
public sealed class WebhookTests
{
    private const string Denied = "admission webhook \"validate.imageoperator.dev\" denied the request";

    private static readonly string[] Kinds = ["ImageTemplate", "ImageBuild", "ImagePlatform", "ClusterImagePlatform", "ClusterImageTemplate"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_EveryWrongManifest_IsRefusedAtItsField()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        var (problems, byWebhook, bySchema, dropped) = (new List<string>(), 0, 0, 0);
        foreach (var name in ManifestCase.Invalid.Select(row => row.Data))
        {
            var given = ManifestCase.Load("Invalid", name);
            var manifest = JsonNode.Parse(given.Manifest.GetRawText())!.AsObject();
            if (Place(webhook, manifest) is not { } place) continue;
            // Servers drop unknown fields before they ask, and what is left may be right; kubectl refuses them.
            if (ManifestValidator.Validate(given.Manifest).Any(e => e.Message.StartsWith("unknown field", StringComparison.Ordinal)))
            {
                dropped++;
                continue;
            }

            var answer = await webhook.Server.CreateAsync($"{place}?dryRun=All", manifest);
            if (answer.Ok)
            {
                problems.Add($"{name}: accepted");
            }
            else if (!answer.Message.Contains(Denied, StringComparison.Ordinal))
            {
                bySchema++;
                if (!given.ByApply) problems.Add($"{name}: not refused by the webhook: {answer}");
            }
            else
            {
                byWebhook++;
                problems.AddRange(given.Expected.Where(e => !answer.Fields.Contains(e.Path)).Select(e => $"{name}: {e.Path} is not named: {string.Join(", ", answer.Fields)}"));
                if (answer.Code != 422) problems.Add($"{name}: {answer.Code}");
            }
        }

        Assert.Empty(problems);
        Assert.True(byWebhook >= 60, $"only {byWebhook} were refused by the webhook, {bySchema} by the schema, {dropped} dropped");
        TestContext.Current.SendDiagnosticMessage($"webhook {byWebhook}, schema {bySchema}, unknown fields dropped {dropped}");
    }

    [Fact]
    public async Task Create_EveryValidManifest_Passes()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        foreach (var name in ManifestCase.Valid.Select(row => row.Data))
        {
            var manifest = JsonNode.Parse(ManifestCase.Load("Valid", name).Manifest.GetRawText())!.AsObject();

            var answer = await webhook.Server.CreateAsync($"{Place(webhook, manifest)}?dryRun=All", manifest);

            Assert.True(answer.Ok, $"{name}: {answer}");
        }
    }

    [Fact]
    public async Task Update_OfWhatIsWrongAlready_NeverHindersItsRemoval()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        await webhook.KillAsync();
        // The operator is down: what only the webhook refuses is let through.
        var wrong = JsonNode.Parse(ManifestCase.Load("Invalid", "154-reference-unknown-parameter").Manifest.GetRawText())!;
        var created = await webhook.Server.CreateAsync(webhook.Path("imagetemplates"), wrong);
        Assert.True(created.Ok, created.ToString());
        await webhook.RunAsync();
        var path = $"{webhook.Path("imagetemplates")}/{(string)wrong["metadata"]!["name"]!}";

        var labelled = await ChangeAsync(webhook, path, o => o["metadata"]!["finalizers"] = new JsonArray("test.imageoperator.dev/hold"));
        var status = await ChangeAsync(webhook, path, o => o["status"] = new JsonObject { ["observedGeneration"] = 1 }, "/status");
        var worse = await ChangeAsync(webhook, path, o => o["spec"]!["timeout"] = "0s");
        var better = await ChangeAsync(webhook, path, o => o["spec"]!["timeout"] = "1h");
        var deleted = await webhook.Server.DeleteAsync(path);
        var released = await ChangeAsync(webhook, path, o => o["metadata"]!["finalizers"] = null);

        Assert.All([labelled, status, better, deleted, released], a => Assert.True(a.Ok, a.ToString()));
        Assert.True(worse.Fields is ["spec.timeout"], $"{worse}\n{string.Join("\n", webhook.Said)}");
        Assert.Contains(better.Warnings, w => w.Contains("spec.provisioners[0].shell.inline[0]", StringComparison.Ordinal));
        Assert.Equal(404, (await webhook.Server.GetAsync(path)).Code);
    }

    [Fact]
    public async Task Update_Build_ImmutableWithoutCel()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        var build = JsonNode.Parse(ManifestCase.Load("Valid", "build-by-reference").Manifest.GetRawText())!;
        Assert.True((await webhook.Server.CreateAsync(webhook.Path("imagebuilds"), build)).Ok);
        var path = $"{webhook.Path("imagebuilds")}/{(string)build["metadata"]!["name"]!}";

        var other = await ChangeAsync(webhook, path, o => o["spec"]!["templateRef"] = new JsonObject { ["name"] = "other" });
        var cancelled = await ChangeAsync(webhook, path, o => o["spec"]!["cancel"] = true);
        var resumed = await ChangeAsync(webhook, path, o => o["spec"]!["cancel"] = false);

        Assert.Equal(["spec.templateRef"], other.Fields);
        Assert.True(cancelled.Ok, cancelled.ToString());
        Assert.Equal(["spec.cancel"], resumed.Fields);
    }

    /// <summary>Reads, changes, writes; again when the operator wrote meanwhile.</summary>
    private static async Task<Answer> ChangeAsync(WebhookProcess webhook, string path, Action<JsonObject> change, string subresource = "")
    {
        while (true)
        {
            var body = (await webhook.Server.GetAsync(path)).Body;
            change(body);
            var answer = await webhook.Server.ReplaceAsync(path + subresource, body);
            if (answer.Code != 409) return answer;
            Stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Where it is posted to; null if the server has no such place.</summary>
    private static string? Place(WebhookProcess webhook, JsonObject manifest)
    {
        var kind = (string?)manifest["kind"] ?? "";
        if ((string?)manifest["apiVersion"] != "imageoperator.dev/v1alpha1" || !Kinds.Contains(kind)) return null;
        var plural = kind.ToLowerInvariant() + "s";
        return kind.StartsWith("Cluster", StringComparison.Ordinal) ? $"apis/imageoperator.dev/v1alpha1/{plural}" : webhook.Path(plural);
    }
}
