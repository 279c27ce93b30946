using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Tests;
using ImageOperator.Api.Tests.Manifests;

namespace ImageOperator.Controller.Tests.GitOps;

/// <summary>Programs that judge as Argo CD and Flux do, and the files that they are given.</summary>
internal static class Tool
{
    public static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    public static JsonObject Manifest(string path) => JsonNode.Parse(Yaml.Parse(Text(path)).GetRawText())!.AsObject();

    /// <summary>What a program answers to what it is told.</summary>
    public static async Task<string> AskAsync(string program, string input, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    /// <summary>JSON as Lua writes it.</summary>
    public static string Lua(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",", map.Select(m => $"[{Quoted(m.Key)}]={Lua(m.Value)}")) + "}",
        JsonArray list => "{" + string.Join(",", list.Select(Lua)) + "}",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Quoted(value.GetValue<string>()),
        null => "nil",
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text) =>
        "\"" + string.Concat(text.Select(c => c is '"' or '\\' ? $"\\{c}" : c < ' ' ? $"\\{(int)c:000}" : c.ToString())) + "\"";
}
