using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Platforms.Gcp;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>A project of the double, with a family that has older images.</summary>
internal sealed class GcpSite : CloudSite
{
    public const string Project = "lab-project";
    public const string Zone = "europe-west3-a";

    private const string Older = $"projects/{Project}/global/images/web-1";
    private const string Newer = $"projects/{Project}/global/images/web-2";

    private readonly Clock? _clock;
    private readonly TimeProvider _time;

    /// <param name="time">With machines that really run, time passes by itself; without one it goes from timer to timer.</param>
    public GcpSite(TimeProvider? time = null)
    {
        _time = time ?? (_clock = new());
        (Cloud, Born) = (new GoogleCloud(_time), _time.GetUtcNow());
        Image("debian-cloud", "debian-12-v1", "debian-12");
        Image("debian-cloud", "debian-12-v2", "debian-12")["deprecated"] = new JsonObject { ["state"] = "DEPRECATED" };
        Image(Project, "web-1", "web");
        Image(Project, "web-2", "web");
    }

    public GoogleCloud Cloud { get; }

    /// <summary>When the site was made.</summary>
    public DateTimeOffset Born { get; }

    public GcpTarget Gcp { get; set; } = new()
    {
        Project = Project,
        Source = new() { Family = "debian-12", Project = "debian-cloud" },
        Zones = [Zone],
        StartupScript = "true",
        Image = new()
        {
            Name = "web-lab-1",
            NameRule = GcpNameRule.Fail,
            Family = "web",
            OlderImages = new() { Keep = 1, ObsoleteAfter = Api.Common.Duration.FromMinutes(60 * 24 * 30) },
            ShareWith = ["serviceAccount:ci@other-project.iam.gserviceaccount.com"],
            DeprecateAfter = Api.Common.Duration.FromMinutes(60 * 24 * 90),
            StorageLocation = "eu",
        },
        Labels = new Dictionary<string, string> { ["team"] = "lab" },
    };

    public override string Name => "gcp";

    public override TimeProvider Time => _time;

    /// <summary>A target to build instead.</summary>
    public Target? Given { get; set; }

    public override Target Target => Given ?? new() { Name = "lab", Gcp = Gcp };

    public override int Artifacts => Gcp.Export is null ? 1 : 2;

    public override BuildFolders Folders { get; } = new("/workspace", "/scratch", "/cache", "/downloads");

    public override int BuildMachines => Cloud.Instances.BuildMachines;

    public override Task HearAsync(IMachine machine, string line) => line.Contains("poweroff", StringComparison.Ordinal) ? Cloud.PowerOffAsync(machine.Status.Id!) : Task.CompletedTask;

    public override Task BeginAsync() => Cloud.SettleAsync();

    public override IPlatformFactory Platform(Process process) => new GcpPlatformFactory(Options(process));

    public GcpOptions Options(Process process) => new()
    {
        Endpoint = "http://compute.example",
        Credentials = Identity is not null ? null : Token is { } token ? new Tokens(token) : GoogleCredential.FromAccessToken("testing"),
        HttpHandler = () => new ProcessHandler(process, this),
        TunnelEndpoint = Tunnel,
        StorageEndpoint = Storage,
    };

    /// <summary>Where Cloud Storage is found; Google's own address if null.</summary>
    public string? Storage { get; set; }

    /// <summary>Where Identity-Aware Proxy is found.</summary>
    public string? Tunnel { get; set; }

    /// <summary>Who gives out tokens; without it one is given.</summary>
    public GoogleIdentity? Identity { get; set; }

    /// <summary>Gives a token, or fails to.</summary>
    public Func<string>? Token { get; set; }

    /// <summary>Lets time pass while no process runs.</summary>
    public override IReadOnlyList<string> Calls => [.. Cloud.Calls];

    public override IReadOnlyList<Fault> Faults
    {
        get => Cloud.Faults;
        set => Cloud.Faults = value;
    }

    public override int Injected => Cloud.Injected;

    public override void ShowLate() => Cloud.State.Timings = Cloud.State.Timings with { Visible = TimeSpan.FromSeconds(20), Listed = TimeSpan.FromMinutes(2) };

    public override void Pass(TimeSpan time) => _clock!.Advance(time);

    /// <summary>An image that is there already.</summary>
    public JsonObject Image(string project, string name, string? family = null)
    {
        var image = new JsonObject { ["name"] = name, ["status"] = "READY", ["family"] = family, ["diskSizeGb"] = "10", ["licenses"] = new JsonArray($"{GoogleState.Root}projects/{project}/global/licenses/{family}") };
        var timings = Cloud.State.Timings;
        Cloud.State.Timings = timings with { Visible = TimeSpan.Zero, Listed = TimeSpan.Zero };
        Cloud.State.Add($"projects/{project}/global/images/{name}", image);
        Cloud.State.Timings = timings;
        image["creationTimestamp"] = GoogleState.Timestamp(_time.GetUtcNow() - TimeSpan.FromDays(30) + TimeSpan.FromHours(Cloud.State.NextNumber()));
        return image;
    }

    public JsonObject Read(string link) => Cloud.State.Resources[link].Body;

    public override Task<IReadOnlyList<string>> ListAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. Cloud.State.Resources.Values.Where(r => r.Link.StartsWith($"projects/{Project}/", StringComparison.Ordinal)).Select(Line).Concat(Cloud.Storage.Names.Select(n => $"gs://{n} {Cloud.Storage.Find(n)!.Generation}")).Concat(Cloud.OsLogin.Names).Order(StringComparer.Ordinal)]);

    public override Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        Assert.Equal(Artifacts, artifacts.Count);
        var artifact = artifacts[0];
        var image = Cloud.State.Resources[artifact.Id];
        Assert.Equal(("gce-image", "eu"), (artifact.Type, artifact.Location));
        Assert.False(image.Torn, "the guest was cut short while its disk was written");
        Assert.Equal(("READY", "lab", "true"), (image.Status, image.Label("team"), image.Label("imageoperator-kept")));
        Assert.Equal(Gcp.Image.Family, (string?)image.Body["family"]);
        Assert.Equal(Gcp.Image.ShareWith, (image.Policy?["bindings"]?[0]?["members"]?.AsArray() ?? []).Select(m => (string)m!));
        var expected = before.Append(Line(image)).ToList();
        if (Gcp.Image.OlderImages is not null)
        {
            expected.Remove(Line(Older, "READY", "web", null, null));
            expected.Add(Line(Older, "READY", "web", "DEPRECATED", GoogleState.Root + artifact.Id));
            Assert.Contains(Line(Newer, "READY", "web", null, null), expected);
        }

        if (Gcp.Export is not null)
        {
            var exported = artifacts[1];
            var stored = Cloud.Storage.Find(exported.Id["gs://".Length..])!;
            Assert.Equal(("raw.tar.gz", (long?)stored.Content.Length, $"md5:{Convert.ToHexStringLower(Convert.FromBase64String(stored.Md5))}"), (exported.Type, exported.SizeBytes, exported.Checksum));
            Assert.Equal((string?)image.Body["id"], (string?)stored.Described["metadata"]!["imageoperator-image"]);
            expected.Add($"{exported.Id} {stored.Generation}");
        }

        return AssertSameAsync(expected);

        async Task AssertSameAsync(List<string> lines) => Assert.Equal(lines.Order(StringComparer.Ordinal), await ListAsync());
    }

    public override async Task RemoveResultsAsync()
    {
        // As its owner would.
        Cloud.Faults = [];
        await Cloud.SettleAsync();
        foreach (var image in Cloud.State.Resources.Values.Where(r => r.Label("imageoperator-kept") is not null).ToList()) Cloud.State.Resources.Remove(image.Link);
        foreach (var name in Cloud.Storage.Names.Where(n => Cloud.Storage.Find(n)!.Described["metadata"]?["imageoperator-build-uid"] is not null)) Cloud.Storage.Remove(name);
        if (Cloud.State.Resources.TryGetValue(Older, out var older)) older.Body.Remove("deprecated");
    }

    public override Task RunAsync(Task work, params Process[] processes) => _clock is null ? Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died))) : new Pump(_clock, work, processes).RunAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Line(GoogleResource r) => Line(r.Link, r.Status, (string?)r.Body["family"], (string?)r.Body["deprecated"]?["state"], (string?)r.Body["deprecated"]?["replacement"]);

    private static string Line(string link, string? status, string? family, string? state, string? replacement) => $"{link} {status} {family} {state} {replacement}";

    private sealed class Tokens(Func<string> give) : ITokenAccess
    {
        public async Task<string> GetAccessTokenForRequestAsync(string? authUri = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return give();
        }
    }

    private sealed class ProcessHandler(Process process, GcpSite site) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = (await GoogleRequest.ReadAsync(request))?.Method ?? GoogleCloud.MethodOf(request) ?? request.RequestUri!.AbsolutePath;
            return await process.CallAsync(name, () => request.RequestUri!.Host == "compute.example" || GoogleCloud.MethodOf(request) is not null || site.Identity is not { } identity ? site.Cloud.SendAsync(request) : identity.SendAsync(request));
        }
    }
}
