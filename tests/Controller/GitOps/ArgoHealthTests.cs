using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;

namespace ImageOperator.Controller.Tests.GitOps;

/// <summary>config/argocd in a real Lua of the version that Argo CD speaks, on every state.</summary>
public sealed class ArgoHealthTests
{
    private const string Lua = "/usr/bin/lua5.1";
    private const string Prefix = "resource.customizations.health.imageoperator.dev_";

    [Fact]
    public async Task Health_OfEveryState_IsWhatKStatusSays()
    {
        Assert.SkipUnless(File.Exists(Lua), "needs lua5.1: apt-get install lua5.1");
        var script = Tool.Text("config/argocd/health.lua");
        var program = string.Concat(Sample.All.Select(s => $"do local function health(obj)\n{script}\nend\nlocal hs = health({Tool.Lua(s.Json)})\nprint(hs.status .. '\\t' .. string.gsub(hs.message, '[\\r\\n]', ' '))\nend\n"));

        var answers = (await Tool.AskAsync(Lua, program, "-")).TrimEnd('\n').Split('\n');

        Assert.Equal(Sample.All.Count, answers.Length);
        Assert.All(Sample.All.Zip(answers), pair => Assert.Equal($"{pair.First.Name}: {Expected(pair.First)}", $"{pair.First.Name}: {pair.Second.Split('\t')[0]}"));
        Assert.All(answers, a => Assert.NotEmpty(a.Split('\t')[1]));
        Assert.Equal(["Degraded", "Healthy", "Progressing", "Suspended"], answers.Select(a => a.Split('\t')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_HaveTheScriptForEveryKind()
    {
        var data = Tool.Manifest("config/argocd/argocd-cm.yaml")["data"]!.AsObject().Where(d => d.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(d => d.Key[Prefix.Length..], d => (string)d.Value!);

        Assert.Equal(Vocabulary.Types.Keys.Order(StringComparer.Ordinal), data.Keys.Order(StringComparer.Ordinal));
        Assert.All(data.Values, lua => Assert.Equal(Tool.Text("config/argocd/health.lua"), lua));
    }

    private static string Expected(Sample sample) => (sample.IsSeen, sample.KStatus) switch
    {
        (false, _) => "Progressing",
        (_, KStatusCode.Failed) => "Degraded",
        (_, KStatusCode.Current) => sample.IsSuspended ? "Suspended" : "Healthy",
        (_, KStatusCode.InProgress) when sample.IsSuspended && sample.Json["metadata"]!["generation"]!.GetValue<long>() == sample.Json["status"]!["observedGeneration"]!.GetValue<long>() => "Suspended",
        _ => "Progressing",
    };
}
