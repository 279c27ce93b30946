using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Cli.Tests.Support;

namespace ImageOperator.Cli.Tests.Plan;

/// <summary>The workspace without a cluster: files of manifests, and files that are fetched.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private const string Licence = "canary-licence-77";

    private readonly Workdir _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Plan_FetchesOnceForAllTargets_AndCountsWhatItFetched()
    {
        var content = "tools"u8.ToArray();
        using var server = new FileServer(content);
        var sum = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

        var result = await PlanAsync($"  workspace:\n    - {{path: tools, http: {{url: \"{server.Url}tools.txt\", checksum: \"{sum}\"}}}}\n    - {{path: licence, secret: {{name: licence}}}}\n");

        Assert.True(result.ExitCode == 0, result.All);
        var targets = JsonDocument.Parse(result.Out).RootElement.GetProperty("targets").EnumerateArray().ToList();
        Assert.Equal(2, targets.Count);
        foreach (var target in targets)
        {
            var inputs = target.GetProperty("inputs").EnumerateArray().ToDictionary(i => i.GetProperty("name").GetString()!);
            Assert.Equal(sum[..60], inputs["workspace/tools"].GetProperty("value").GetString()![..60]);
            Assert.False(inputs["workspace/licence/key"].TryGetProperty("value", out _));
        }

        Assert.Equal(1, server.Requests);
        Assert.DoesNotContain(Licence, result.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{path: a, secret: {name: other}}", "the workspace needs Secret \"other\": add its file with -f")]
    [InlineData("{path: a, git: {url: \"https://git.example.com/a.git\", secretRef: {name: other}}}", "the workspace needs Secret \"other\": add its file with -f")]
    [InlineData("{path: a, secret: {name: licence, items: [{key: none, path: x}]}}", "Secret \"licence\" has no key \"none\"")]
    [InlineData("{path: a, persistentVolumeClaim: {claimName: files}}", "there are no claims without a cluster: give a folder with --workspace")]
    [InlineData("{path: a, flux: {kind: GitRepository, name: site}}", "which Flux has in a cluster only: give a folder with --workspace")]
    public async Task Plan_WhatIsNotThere_IsToldBeforeAnythingStarts(string entry, string message)
    {
        var result = await PlanAsync($"  workspace:\n    - {entry}\n");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        var instead = await PlanAsync($"  workspace:\n    - {entry}\n", "--workspace", Directory.CreateDirectory(Path.Combine(_work.Root, "files")).FullName);
        Assert.True(instead.ExitCode == 0, instead.All);
    }

    private Task<CliResult> PlanAsync(string workspace, params string[] more)
    {
        var manifest = Tiny.Template("[]", targets: "lab,edge", source: _work.Write("base.qcow2", ""), checksum: "sha256:" + new string('0', 64)) + "\n" + workspace
            + $"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: licence}}\nstringData: {{key: {Licence}}}\n";
        return InProcess.RunAsync(
            ["plan", "-f", _work.Write("tiny.yaml", manifest), "--secret", $"password={_work.Write("pw", "canary")}", "--state-dir", _work.State, "--cache-dir", Path.Combine(_work.Root, "cache"), "--output-dir", _work.Output,
                "--output", "json", .. more]);
    }

    private sealed class FileServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private int _requests;

        public FileServer(byte[] content)
        {
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(Url);
            _listener.Start();
            _ = ServeAsync(content);
        }

        public string Url { get; }

        public int Requests => _requests;

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(byte[] content)
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                Interlocked.Increment(ref _requests);
                context.Response.ContentLength64 = content.Length;
                await context.Response.OutputStream.WriteAsync(content);
                context.Response.Close();
            }
        }
    }
}
