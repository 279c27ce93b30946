using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The double keeps the rules of docs/platforms/google-cloud-double.md, asked by another client than the engine's.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpServerTests(ITestOutputHelper output) : IDisposable
{
    private const string Zone = $"projects/{GcpSite.Project}/zones/{GcpSite.Zone}";
    private const string Images = $"projects/{GcpSite.Project}/global/images";

    private readonly Clock _clock = new();
    private readonly HttpClient _http = new();
    private readonly List<IDisposable> _servers = [];

    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
        _http.Dispose();
    }

    /// <summary>What make conformance-gcp does, on the double behind a socket.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("disks")]
    public async Task Conformance_OnTheDouble_IsRight(string? bucket)
    {
        var time = new QuickTime(20);
        await using var cloud = new GcpSite(time);
        var soon = TimeSpan.FromSeconds(2);
        cloud.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon, Export = soon };
        var address = Serve(cloud.Cloud);
        await using var site = new GcpProject(GcpSite.Project, [GcpSite.Zone], address, GoogleCredential.FromAccessToken("testing"), time, bucket, "export@lab-project.iam.gserviceaccount.com", address);
        var tally = new Tally(site, output);
        await tally.CaseAsync("undisturbed", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        await tally.CaseAsync("swept", async at =>
        {
            var process = at.Case.NextProcess();
            process.AtPoint = name =>
            {
                if (name == "compute.images.insert!") process.Kill();
            };
            Assert.Null(await at.Case.RunAsync(process));
            Assert.Equal(1, site.BuildMachines);
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task RequestId_Again_IsTheSameOperation()
    {
        var (_, root) = await OpenAsync();
        var id = Guid.NewGuid();
        var first = await PostAsync($"{root}{Zone}/instances?requestId={id}", Instance("a"));
        var again = await PostAsync($"{root}{Zone}/instances?requestId={id}", Instance("a"));
        var other = await PostAsync($"{root}{Zone}/instances?requestId={Guid.NewGuid()}", Instance("a"));

        Assert.Equal((string)first["name"]!, (string)again["name"]!);
        Assert.Equal(id.ToString(), (string)first["clientOperationId"]!);
        Assert.Equal(("alreadyExists", 409), Error(other));
    }

    [Fact]
    public async Task Instance_TakesItsTime_AndNoOtherChangeMeanwhile()
    {
        var (cloud, root) = await OpenAsync();
        var operation = await PostAsync($"{root}{Zone}/instances", Instance("a"));
        Assert.Equal(("notFound", 404), Error(await GetAsync($"{root}{Zone}/instances/a")));
        _clock.Advance(cloud.State.Timings.Visible);
        Assert.Equal("PROVISIONING", (string)(await GetAsync($"{root}{Zone}/instances/a"))["status"]!);
        Assert.Equal(("resourceNotReady", 400), Error(await SendAsync(HttpMethod.Delete, $"{root}{Zone}/instances/a")));
        Assert.Equal(("resourceInUseByAnotherResource", 400), Error(await SendAsync(HttpMethod.Delete, $"{root}{Zone}/disks/a")));
        _clock.Advance(cloud.State.Timings.Start);
        Assert.Equal("DONE", (string)(await GetAsync($"{root}{Zone}/operations/{operation["name"]}"))["status"]!);
        Assert.Equal("RUNNING", (string)(await GetAsync($"{root}{Zone}/instances/a"))["status"]!);
        Assert.Equal(("notFound", 404), Error(await GetAsync($"{root}{Zone}/instances/a/getGuestAttributes?queryPath=hostkeys/")));
        _clock.Advance(cloud.State.Timings.Guest);
        Assert.Equal(["ecdsa-sha2-nistp256"], await KeysAsync());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["ecdsa-sha2-nistp256", "ssh-ed25519"], await KeysAsync());

        // The dead-man switch, and its disk with it.
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("notFound", 404), Error(await GetAsync($"{root}{Zone}/instances/a")));
        Assert.Equal(("notFound", 404), Error(await SendAsync(HttpMethod.Delete, $"{root}{Zone}/disks/a")));

        async Task<IEnumerable<string>> KeysAsync() =>
            (await GetAsync($"{root}{Zone}/instances/a/getGuestAttributes?queryPath=hostkeys/"))["queryValue"]!["items"]!.AsArray().Select(i => (string)i!["key"]!);
    }

    /// <summary>The description of Compute Engine itself: names that it does not have, types that are others, and its limits.</summary>
    [Fact]
    public async Task Requests_AreHeldToTheDescription()
    {
        var (cloud, root) = await OpenAsync();
        Assert.Equal(GoogleRequest.Methods.Order(StringComparer.Ordinal), GoogleSchema.Methods.Order(StringComparer.Ordinal));
        await RefusedAsync(i => i["colour"] = "red", "Unknown name \"colour\"");
        await RefusedAsync(i => i["scheduling"]!["automaticRestart"] = "no", "automaticRestart is not true or false");
        await RefusedAsync(i => i["disks"]![0]!["initializeParams"]!["diskSizeGb"] = 10, "diskSizeGb is no number in a text");
        await RefusedAsync(i => i["name"] = "Web", "Must be a match of regex");
        await RefusedAsync(i => i["labels"] = new JsonObject(Enumerable.Range(0, 65).Select(n => KeyValuePair.Create($"l{n}", (JsonNode?)"x"))), "more than 64");
        await RefusedAsync(i => i["labels"] = new JsonObject { ["team"] = "Lab" }, "'Lab'");
        await RefusedAsync(i => i["metadata"]!["items"]!.AsArray().Add(new JsonObject { ["key"] = "a", ["value"] = new string('x', 262145) }), "longer than 262144");
        Assert.Contains("requestId", Message(await PostAsync($"{root}{Zone}/instances?requestId=1", Instance("a"))), StringComparison.Ordinal);
        Assert.Contains("requestId", Message(await PostAsync($"{root}{Images}/web-1/setLabels?requestId={Guid.NewGuid()}", new())), StringComparison.Ordinal);
        Assert.DoesNotContain(cloud.State.Resources.Keys, k => k.Contains("/instances/", StringComparison.Ordinal));

        async Task RefusedAsync(Action<JsonObject> change, string why)
        {
            var instance = Instance("a");
            change(instance);
            Assert.Contains(why, Message(await PostAsync($"{root}{Zone}/instances", instance)), StringComparison.Ordinal);
        }

        static string Message(JsonObject answer) => (string)answer["error"]!["message"]!;
    }

    [Fact]
    public async Task RequestId_AfterAnHour_IsNotKnownAnyMore_AndWithAnotherBodyRefused()
    {
        var (cloud, root) = await OpenAsync();
        var url = $"{root}{Zone}/instances?requestId={Guid.NewGuid()}";
        await PostAsync(url, Instance("a"));
        Assert.Equal(("invalid", 400), Error(await PostAsync(url, Instance("a", "n2-standard-2"))));
        _clock.Advance(cloud.State.Timings.Requests + TimeSpan.FromSeconds(1));
        // It is another request by then: for a name that is taken.
        Assert.Equal(("alreadyExists", 409), Error(await PostAsync(url, Instance("a", "n2-standard-2"))));
    }

    [Fact]
    public async Task AggregatedLists_HavePages()
    {
        var (cloud, root) = await OpenAsync();
        foreach (var name in new[] { "a", "b", "c", "d" }) await PostAsync($"{root}{Zone}/instances", Instance(name));
        _clock.Advance(cloud.State.Timings.Start);
        var first = await GetAsync($"{root}projects/{GcpSite.Project}/aggregated/instances");
        var second = await GetAsync($"{root}projects/{GcpSite.Project}/aggregated/instances?pageToken={(string)first["nextPageToken"]!}");
        Assert.Equal((3, 1), (Count(first), Count(second)));
        Assert.Null(second["nextPageToken"]);

        static int Count(JsonObject page) => page["items"]![$"zones/{GcpSite.Zone}"]!["instances"]!.AsArray().Count;
    }

    [Fact]
    public async Task Machine_ThatIsStopped_OutlivesTheTimeItMayRun()
    {
        var (cloud, root) = await OpenAsync();
        await PostAsync($"{root}{Zone}/instances", Instance("a"));
        _clock.Advance(cloud.State.Timings.Start);
        Assert.NotNull((await GetAsync($"{root}{Zone}/instances/a"))["resourceStatus"]!["scheduling"]!["terminationTimestamp"]);
        await SendAsync(HttpMethod.Post, $"{root}{Zone}/instances/a/stop");
        _clock.Advance(TimeSpan.FromHours(2));
        var instance = await GetAsync($"{root}{Zone}/instances/a");
        Assert.Equal(("TERMINATED", null), ((string)instance["status"]!, instance["resourceStatus"]));
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(120, true)]
    public async Task Stop_CutsASlowGuestShort_AndItsDiskIsTorn(int seconds, bool torn)
    {
        var (cloud, root) = await OpenAsync();
        cloud.Instances.Shutdown = TimeSpan.FromSeconds(seconds);
        await PostAsync($"{root}{Zone}/instances", Instance("a"));
        _clock.Advance(cloud.State.Timings.Start);
        await SendAsync(HttpMethod.Post, $"{root}{Zone}/instances/a/stop");
        _clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal("TERMINATED", (string)(await GetAsync($"{root}{Zone}/instances/a"))["status"]!);
        Assert.Equal(torn, cloud.State.Resources[$"{Zone}/disks/a"].Torn);
    }

    [Fact]
    public async Task Image_OfARunningMachine_IsRefused_AndOfAStoppedOneInherits()
    {
        var (cloud, root) = await OpenAsync();
        await PostAsync($"{root}{Zone}/instances", Instance("a"));
        _clock.Advance(cloud.State.Timings.Start);
        var request = new JsonObject { ["name"] = "i", ["sourceDisk"] = $"{Zone}/disks/a", ["licenses"] = new JsonArray("projects/p/global/licenses/x") };
        Assert.Equal(("resourceInUseByAnotherResource", 400), Error(await PostAsync($"{root}{Images}", request)));
        await SendAsync(HttpMethod.Post, $"{root}{Zone}/instances/a/stop");
        _clock.Advance(cloud.State.Timings.Stop);
        await PostAsync($"{root}{Images}", request);
        _clock.Advance(cloud.State.Timings.Visible);
        Assert.Equal("PENDING", (string)(await GetAsync($"{root}{Images}/i"))["status"]!);
        Assert.Equal(("resourceNotReady", 400), Error(await SendAsync(HttpMethod.Delete, $"{root}{Images}/i")));
        _clock.Advance(cloud.State.Timings.Image);
        var image = await GetAsync($"{root}{Images}/i");
        Assert.Equal(("READY", 2), ((string)image["status"]!, image["licenses"]!.AsArray().Count));
    }

    [Fact]
    public async Task Family_IsItsNewestThatIsNotDeprecated()
    {
        var (cloud, root) = await OpenAsync();
        Assert.Equal("web-2", (string)(await GetAsync($"{root}{Images}/family/web"))["name"]!);
        await PostAsync($"{root}{Images}/web-2/deprecate", new() { ["state"] = "DEPRECATED" });
        Assert.Equal("web-2", (string)(await GetAsync($"{root}{Images}/family/web"))["name"]!);
        _clock.Advance(cloud.State.Timings.Change);
        Assert.Equal("web-1", (string)(await GetAsync($"{root}{Images}/family/web"))["name"]!);
        await PostAsync($"{root}{Images}/web-1/deprecate", new() { ["state"] = "OBSOLETE" });
        _clock.Advance(cloud.State.Timings.Change);
        Assert.Equal(("notFound", 404), Error(await GetAsync($"{root}{Images}/family/web")));
        Assert.Equal(("invalid", 400), Error(await PostAsync($"{root}{Images}/web-1/deprecate", new() { ["state"] = "OLD" })));
    }

    [Fact]
    public async Task Labels_NeedTheirFingerprint_PoliciesTheirEtag_AndPatchesKnowTheirFields()
    {
        var (cloud, root) = await OpenAsync();
        var fingerprint = (string)(await GetAsync($"{root}{Images}/web-1"))["labelFingerprint"]!;
        JsonObject Labels() => new() { ["labels"] = new JsonObject { ["a"] = "b" }, ["labelFingerprint"] = fingerprint };
        Assert.Null((await PostAsync($"{root}{Images}/web-1/setLabels", Labels()))["error"]);
        _clock.Advance(cloud.State.Timings.Change);
        Assert.Equal(("conditionNotMet", 412), Error(await PostAsync($"{root}{Images}/web-1/setLabels", Labels())));
        Assert.Equal(("aborted", 409), Error(await PostAsync($"{root}{Images}/web-1/setIamPolicy", new() { ["policy"] = new JsonObject { ["etag"] = "old" } })));
        Assert.Equal(("invalid", 400), Error(await SendAsync(HttpMethod.Patch, $"{root}{Images}/web-1", new() { ["diskSizeGb"] = "20" })));
    }

    [Fact]
    public async Task Permissions_AreAskedForByWhatARequestHasInIt()
    {
        var (cloud, root) = await OpenAsync();
        cloud.Permissions = new HashSet<string> { "compute.instances.create", "compute.disks.create" };
        var answer = await PostAsync($"{root}{Zone}/instances", Instance("a"));
        Assert.Equal(("forbidden", 403), Error(answer));
        Assert.Contains("'compute.instances.setMetadata' permission", (string)answer["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(("notFound", 404), Error(await GetAsync($"{root}projects/{GcpSite.Project}/no/such/method")));
    }

    private async Task<(GoogleCloud Cloud, string Root)> OpenAsync()
    {
        await using var site = new GcpSite(_clock);
        return (site.Cloud, $"{Serve(site.Cloud)}/compute/v1/");
    }

    private string Serve(GoogleCloud cloud)
    {
        var server = new GoogleServer(cloud);
        _servers.Add(server);
        return server.Address;
    }

    private static JsonObject Instance(string name, string type = "e2-medium") => new()
    {
        ["name"] = name,
        ["machineType"] = $"zones/{GcpSite.Zone}/machineTypes/{type}",
        ["disks"] = new JsonArray(new JsonObject { ["boot"] = true, ["autoDelete"] = true, ["initializeParams"] = new JsonObject { ["sourceImage"] = "projects/debian-cloud/global/images/debian-12-v1" } }),
        ["networkInterfaces"] = new JsonArray(new JsonObject { ["network"] = "global/networks/default" }),
        ["metadata"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["key"] = "enable-guest-attributes", ["value"] = "TRUE" }) },
        ["scheduling"] = new JsonObject { ["maxRunDuration"] = new JsonObject { ["seconds"] = "3600" }, ["instanceTerminationAction"] = "DELETE" },
    };

    private Task<JsonObject> GetAsync(string url) => SendAsync(HttpMethod.Get, url);

    private Task<JsonObject> PostAsync(string url, JsonObject body) => SendAsync(HttpMethod.Post, url, body);

    private async Task<JsonObject> SendAsync(HttpMethod method, string url, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        var content = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        if (answer.StatusCode != HttpStatusCode.OK) Assert.Equal((int)answer.StatusCode, (int)content["error"]!["code"]!);
        return content;
    }

    private static (string Reason, int Code) Error(JsonObject answer) => ((string)answer["error"]!["errors"]![0]!["reason"]!, (int)answer["error"]!["code"]!);
}
