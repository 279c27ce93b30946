using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Gcp;
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
    private readonly string _storage;
    private readonly GcpExport? _export;
    private int _buildMachines;

    /// <param name="project">The project.</param>
    /// <param name="zones">Where to build.</param>
    /// <param name="endpoint">Compute Engine's URL; Google's own if null.</param>
    /// <param name="credentials">Who the builder is; what Google's library finds if null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="bucket">Where to export to; nothing is exported if null.</param>
    /// <param name="account">As whom.</param>
    /// <param name="storage">Cloud Storage's URL; Google's own if null.</param>
    public GcpProject(
        string project, IReadOnlyList<string> zones, string? endpoint = null, ITokenAccess? credentials = null, TimeProvider? time = null, string? bucket = null, string? account = null, string? storage = null)
    {
        _storage = storage ?? "https://storage.googleapis.com";
        if (bucket is not null) _export = new() { Storage = $"gs://{bucket}/imageoperator-{_run}.tar.gz", ServiceAccount = new() { Email = account! } };
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
            Image = new() { Name = $"imageoperator-{_run}", NameRule = GcpNameRule.Fail, Family = $"imageoperator-{_run}", DeprecateAfter = Api.Common.Duration.FromMinutes(60) },
            Export = _export,
            Labels = new Dictionary<string, string> { [Label] = _run },
        },
    };

    public override int Artifacts => _export is null ? 1 : 2;

    private string? Exported => _export?.Storage["gs://".Length..].Split('/', 2) is [var bucket, var name] ? $"{_storage}/storage/v1/b/{bucket}/o/{Uri.EscapeDataString(name)}" : null;

    public override BuildFolders Folders { get; } = new("/workspace", "/scratch", "/cache", "/downloads");

    public override int BuildMachines => _buildMachines;

    /// <summary>That of the environment; null where it names none.</summary>
    public static GcpProject? OfEnvironment() => Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_PROJECT") is { Length: > 0 } project
        ? new(project, (Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_ZONES") ?? "europe-west3-a").Split(','),
            bucket: Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_BUCKET") is { Length: > 0 } bucket ? bucket : null,
            account: Environment.GetEnvironmentVariable("IMAGEOPERATOR_CONFORMANCE_GCP_ACCOUNT"))
        : null;

    public override Task BeginAsync()
    {
        _buildMachines = 0;
        return Task.CompletedTask;
    }

    public override IPlatformFactory Platform(Process process) =>
        new GcpPlatformFactory(new() { Endpoint = _endpoint, StorageEndpoint = _storage, Credentials = _credentials, HttpHandler = () => new ProcessHandler(process, () => Interlocked.Increment(ref _buildMachines)) });

    public override async Task<IReadOnlyList<string>> ListAsync()
    {
        var all = new List<string>();
        foreach (var collection in new[] { "instances", "disks" })
        {
            foreach (var page in await PagesAsync($"aggregated/{collection}"))
            {
                all.AddRange((page["items"]?.AsObject().Select(z => z.Value) ?? []).SelectMany(z => z![collection]?.AsArray() ?? []).Select(i => Links.Of((string)i!["selfLink"]!)));
            }
        }

        foreach (var page in await PagesAsync("global/images")) all.AddRange((page["items"]?.AsArray() ?? []).Select(i => Links.Of((string)i!["selfLink"]!)));
        if (Exported is { } url && await TryAsync(HttpMethod.Get, url) is not null) all.Add(_export!.Storage);
        return [.. all.Order(StringComparer.Ordinal)];
    }

    /// <summary>All pages of a list of what bears the run's label.</summary>
    private async Task<IReadOnlyList<JsonObject>> PagesAsync(string list)
    {
        var pages = new List<JsonObject>();
        for (var token = ""; ;)
        {
            pages.Add(await AskAsync(HttpMethod.Get, $"projects/{_project}/{list}?filter={Uri.EscapeDataString($"labels.{Label} = \"{_run}\"")}{token}"));
            if ((string?)pages[^1]["nextPageToken"] is not { Length: > 0 } next) return pages;
            token = $"&pageToken={Uri.EscapeDataString(next)}";
        }
    }

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        Assert.Equal(Artifacts, artifacts.Count);
        var artifact = artifacts[0];
        var image = await AskAsync(HttpMethod.Get, artifact.Id);
        Assert.Equal(("READY", $"imageoperator-{_run}", "true"), ((string)image["status"]!, (string)image["family"]!, (string)image["labels"]!["imageoperator-kept"]!));
        Assert.NotNull(image["deprecated"]!["deprecated"]);
        Assert.Equal(before.Concat(artifacts.Select(a => a.Id)).Order(StringComparer.Ordinal), await ListAsync());
    }

    public override async Task RemoveResultsAsync()
    {
        if (Exported is { } url && await TryAsync(HttpMethod.Get, url) is not null) await TryAsync(HttpMethod.Delete, url);
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

    private async Task<JsonObject> AskAsync(HttpMethod method, string path) => await TryAsync(method, $"{_endpoint}/compute/v1/{path}") ?? throw new InvalidOperationException($"{path} is not there");

    /// <returns>Null: it is not there.</returns>
    private async Task<JsonObject?> TryAsync(HttpMethod method, string url)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _credentials.GetAccessTokenForRequestAsync());
        using var answer = await _http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == HttpStatusCode.NoContent ? [] : (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
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
