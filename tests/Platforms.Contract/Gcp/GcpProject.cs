using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Gcp;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>A project of Google Cloud for the contract: <c>make conformance-gcp</c>. All that it makes and looks at bears the label of its run.</summary>
internal sealed class GcpProject : Site
{
    private const string Label = "conformance";

    private readonly string _run = Guid.NewGuid().ToString("n")[..12];
    private readonly string _project;
    private readonly IReadOnlyList<string> _zones;
    private readonly string _endpoint;
    private readonly ITokenAccess _credentials;
    private readonly HttpClient _http = new();
    private int _buildMachines;

    /// <param name="project">The project.</param>
    /// <param name="zones">Where to build.</param>
    /// <param name="endpoint">Compute Engine's URL; Google's own if null.</param>
    /// <param name="credentials">Who the builder is; what Google's library finds if null.</param>
    /// <param name="time">The clock.</param>
    public GcpProject(string project, IReadOnlyList<string> zones, string? endpoint = null, ITokenAccess? credentials = null, TimeProvider? time = null)
    {
        (_project, _zones, _endpoint, Time) = (project, zones, endpoint ?? "https://compute.googleapis.com", time ?? TimeProvider.System);
        _credentials = credentials ?? GoogleCredential.GetApplicationDefault().CreateScoped("https://www.googleapis.com/auth/cloud-platform");
    }

    public override string Name => "gcp";

    public override TimeProvider Time { get; }

    public override Target Target => new()
    {
        Name = "lab",
        Gcp = new()
        {
            Project = _project,
            Zones = _zones,
            Source = new() { Family = "debian-12", Project = "debian-cloud" },
            StartupScript = "true",
            // Nobody powers guests off: these sessions have none.
            ShutdownTimeout = Api.Common.Duration.FromSeconds(10),
            MachineLifetime = Api.Common.Duration.FromMinutes(60),
            Image = new() { Name = $"imageoperator-{_run}", NameRule = Api.Targets.Gcp.GcpNameRule.Fail, Family = $"imageoperator-{_run}", DeprecateAfter = Api.Common.Duration.FromMinutes(60) },
            Labels = new Dictionary<string, string> { [Label] = _run },
        },
    };

    public override int Artifacts => 1;

    public override BuildFolders Folders { get; } = new("/workspace", "/scratch", "/cache", "/downloads");

    public override int BuildMachines => _buildMachines;

    /// <summary>That of the environment; null where it names none.</summary>
    public static GcpProject? OfEnvironment() => Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_PROJECT") is { Length: > 0 } project
        ? new(project, (Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_ZONES") ?? "europe-west3-a").Split(','))
        : null;

    public override Task BeginAsync()
    {
        _buildMachines = 0;
        return Task.CompletedTask;
    }

    public override IPlatformFactory Platform(Process process) =>
        new GcpPlatformFactory(new() { Endpoint = _endpoint, Credentials = _credentials, HttpHandler = () => new ProcessHandler(process, () => Interlocked.Increment(ref _buildMachines)) });

    public override async Task<IReadOnlyList<string>> ListAsync()
    {
        var filter = $"?filter={Uri.EscapeDataString($"labels.{Label} = \"{_run}\"")}";
        var all = new List<string>();
        foreach (var collection in new[] { "instances", "disks" })
        {
            var zones = (await AskAsync(HttpMethod.Get, $"projects/{_project}/aggregated/{collection}{filter}"))["items"]?.AsObject().Select(z => z.Value) ?? [];
            all.AddRange(zones.SelectMany(z => z![collection]?.AsArray() ?? []).Select(i => Links.Of((string)i!["selfLink"]!)));
        }

        all.AddRange(((await AskAsync(HttpMethod.Get, $"projects/{_project}/global/images{filter}"))["items"]?.AsArray() ?? []).Select(i => Links.Of((string)i!["selfLink"]!)));
        return [.. all.Order(StringComparer.Ordinal)];
    }

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        var artifact = Assert.Single(artifacts);
        var image = await AskAsync(HttpMethod.Get, artifact.Id);
        Assert.Equal(("READY", $"imageoperator-{_run}", "true"), ((string)image["status"]!, (string)image["family"]!, (string)image["labels"]!["imageoperator-kept"]!));
        Assert.NotNull(image["deprecated"]!["deprecated"]);
        Assert.Equal(before.Append(artifact.Id).Order(StringComparer.Ordinal), await ListAsync());
    }

    public override async Task RemoveResultsAsync()
    {
        foreach (var link in (await ListAsync()).Where(l => l.Contains("/images/", StringComparison.Ordinal)))
        {
            if ((await AskAsync(HttpMethod.Get, link))["labels"]?["imageoperator-kept"] is null) continue;
            await AskAsync(HttpMethod.Delete, link);
            while ((await ListAsync()).Contains(link)) await Task.Delay(TimeSpan.FromSeconds(2), Time);
        }
    }

    public override Task RunAsync(Task work, params Process[] processes) => Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died)));

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonObject> AskAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"{_endpoint}/compute/v1/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _credentials.GetAccessTokenForRequestAsync());
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private sealed class ProcessHandler(Process process, Action made) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var known = await GoogleRequest.ReadAsync(request);
            if (known is { Method: "compute.instances.insert" } && (string?)known.Body!["labels"]!["imageoperator-key"] == "build-machine") made();
            return await process.CallAsync(known?.Method ?? request.RequestUri!.AbsolutePath, () => base.SendAsync(request, cancellationToken));
        }
    }
}
