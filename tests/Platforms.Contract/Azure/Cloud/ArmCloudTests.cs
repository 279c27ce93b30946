using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>The double keeps the rules of docs/platforms/azure-double.md: asked by plain HTTP, not by the SDK.</summary>
public sealed class ArmCloudTests
{
    private const string Root = $"/subscriptions/{ArmCloud.Subscription}";
    private const string Group = $"{Root}/resourceGroups/g";
    private const string Network = $"{Group}/providers/Microsoft.Network";
    private const string Compute = $"{Group}/providers/Microsoft.Compute";

    private readonly Clock _clock = new();
    private readonly ArmCloud _cloud;

    public ArmCloudTests() => _cloud = new ArmCloud(_clock);

    [Theory]
    [InlineData($"{Root}/resourceGroups/g", "", "MissingApiVersionParameter", 400)]
    [InlineData("/subscriptions/someone-elses/resourceGroups/g", "?api-version=1", "SubscriptionNotFound", 404)]
    [InlineData($"{Root}/resourceGroups/g", "?api-version=1", "ResourceGroupNotFound", 404)]
    [InlineData($"{Network}/virtualNetworks/v", "?api-version=1", "ResourceGroupNotFound", 404)]
    public async Task WhatIsNotThere_IsRefusedAsAzureDoes(string path, string query, string code, int status)
    {
        var (answer, body) = await SendAsync("GET", path, null, query);
        Assert.Equal((status, code), ((int)answer.StatusCode, body!["error"]!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task NewGroup_IsKnownEverywhereOnlyAfterAWhile()
    {
        Assert.Equal(HttpStatusCode.Created, (await PutGroupAsync()).StatusCode);
        Assert.Equal("ResourceGroupNotFound", await CodeAsync("PUT", $"{Network}/publicIPAddresses/a", Address()));
        _clock.Advance(_cloud.Timings.Known);
        Assert.Null(await CodeAsync("PUT", $"{Network}/publicIPAddresses/a", Address()));
    }

    [Fact]
    public async Task Put_IsAnOperation_ThatIsPolledToItsEnd()
    {
        await KnownGroupAsync();
        var (answer, body) = await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address());
        Assert.Equal((HttpStatusCode.Created, "Creating"), (answer.StatusCode, body!["properties"]!["provisioningState"]!.GetValue<string>()));
        var url = new Uri(answer.Headers.GetValues("Azure-AsyncOperation").Single());
        Assert.Equal("InProgress", (await SendAsync("GET", url.AbsolutePath, null, url.Query)).Body!["status"]!.GetValue<string>());
        // A second one meanwhile is refused.
        Assert.Equal("Conflict", await CodeAsync("PUT", $"{Network}/publicIPAddresses/a", Address()));
        _clock.Advance(_cloud.Timings.Network);
        Assert.Equal("Succeeded", (await SendAsync("GET", url.AbsolutePath, null, url.Query)).Body!["status"]!.GetValue<string>());
        Assert.StartsWith("203.0.113.", (await SendAsync("GET", $"{Network}/publicIPAddresses/a")).Body!["properties"]!["ipAddress"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address())).Answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"location": "westeurope", "properties": {"publicIPAllocation": "Static"}}""", "Could not find member 'publicIPAllocation' on object of Microsoft.Network/publicIPAddresses.properties.")]
    [InlineData("""{"location": 1}""", "Microsoft.Network/publicIPAddresses.location is no text")]
    [InlineData("""{"location": "westeurope", "tags": {"a": 1}}""", "Microsoft.Network/publicIPAddresses.tags.a is no text")]
    [InlineData("""{"location": "westeurope", "properties": {"provisioningState": "Succeeded"}}""", "Microsoft.Network/publicIPAddresses.properties.provisioningState is for reading only")]
    public async Task WhatTheDescriptionHasNot_IsRefused(string body, string why)
    {
        await KnownGroupAsync();
        var (answer, said) = await SendAsync("PUT", $"{Network}/publicIPAddresses/a", JsonNode.Parse(body)!.AsObject());
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidRequestContent", why), (answer.StatusCode, said!["error"]!["code"]!.GetValue<string>(), said["error"]!["message"]!.GetValue<string>()));
    }

    [Fact]
    public async Task EntityTag_OfNetworks_ChangesWithEachWrite_AndIsHeeded()
    {
        await KnownGroupAsync();
        var first = (await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address())).Answer.Headers.ETag!.ToString();
        _clock.Advance(_cloud.Timings.Network);
        var (read, body) = await SendAsync("GET", $"{Network}/publicIPAddresses/a");
        var now = read.Headers.ETag!.ToString();
        Assert.Equal(now, body!["etag"]!.GetValue<string>());
        Assert.NotEqual(first, now);
        var refused = await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address(), match: first);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "PreconditionFailedEtagMismatch"), (refused.Answer.StatusCode, refused.Body!["error"]!["details"]![0]!["code"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync("DELETE", $"{Network}/publicIPAddresses/a", match: first)).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address(), match: now)).Answer.StatusCode);
    }

    [Fact]
    public async Task EntityTag_OfDisks_ThereIsNone_AndConditionsMeanNothing()
    {
        await KnownGroupAsync();
        _cloud.Add($"{Compute}/disks/d", ResourceRules.Disk, new JsonObject { ["location"] = "westeurope", ["properties"] = new JsonObject() });
        var (read, body) = await SendAsync("GET", $"{Compute}/disks/d");
        Assert.Equal((HttpStatusCode.OK, (object?)null, (JsonNode?)null), (read.StatusCode, read.Headers.ETag, body!["etag"]));
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("DELETE", $"{Compute}/disks/d", match: "W/\"other\"")).Answer.StatusCode);
    }

    [Fact]
    public async Task Calls_AreCountedInEachAnswer_UntilThereAreNoneLeft()
    {
        await KnownGroupAsync();
        _cloud.Limits.Reads = (2, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["1", "0"], [await LeftAsync(), await LeftAsync()]);
        Assert.Equal("SubscriptionRequestsThrottled", await CodeAsync("GET", Group));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("0", await LeftAsync());

        async Task<string> LeftAsync() => (await SendAsync("GET", Group)).Answer.Headers.GetValues("x-ms-ratelimit-remaining-subscription-reads").Single();
    }

    [Fact]
    public async Task OperationThatFails_TellsWhy_AndLeavesWhatItMade()
    {
        await KnownGroupAsync();
        _cloud.Faults = [new("Microsoft.Network/publicIPAddresses/write", 1, 1, ArmFaultKind.Allocation)];
        var (answer, _) = await SendAsync("PUT", $"{Network}/publicIPAddresses/a", Address());
        _clock.Advance(_cloud.Timings.Network);
        var url = new Uri(answer.Headers.GetValues("Azure-AsyncOperation").Single());
        var said = (await SendAsync("GET", url.AbsolutePath, null, url.Query)).Body!;
        Assert.Equal(("Failed", "AllocationFailed"), (said["status"]!.GetValue<string>(), said["error"]!["code"]!.GetValue<string>()));
        Assert.Equal("Failed", (await SendAsync("GET", $"{Network}/publicIPAddresses/a")).Body!["properties"]!["provisioningState"]!.GetValue<string>());
    }

    [Theory]
    [InlineData($"{Compute}/galleries/lab/images/web/versions/1.0.0", "2023-07-03", "BadRequest")]
    [InlineData($"{Compute}/galleries/lab/images/web/versions/1.0.0", "2023-07-01", "NoRegisteredProviderFound")]
    [InlineData($"{Compute}/virtualMachines/m", "2023-04-02", "NoRegisteredProviderFound")]
    public async Task VersionsOfTheApi_AreEachKindsOwn_AndKnowWhatTheyKnow(string path, string version, string code)
    {
        await KnownGroupAsync();
        var body = Version("westeurope");
        body["properties"]!["safetyProfile"] = new JsonObject { ["blockDeletionBeforeEndOfLife"] = true };
        Assert.Equal(code, (await SendAsync("PUT", path, body, $"?api-version={version}")).Body!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhatIsInUse_CannotGo()
    {
        await KnownGroupAsync();
        await MadeAsync($"{Network}/publicIPAddresses/a", Address());
        await MadeAsync($"{Network}/networkSecurityGroups/s", Body([]));
        await MadeAsync($"{Network}/virtualNetworks/v", Body([]));
        await MadeAsync($"{Network}/networkInterfaces/n", Interface());
        Assert.Equal("PublicIPAddressCannotBeDeleted", await CodeAsync("DELETE", $"{Network}/publicIPAddresses/a"));
        Assert.Equal("InUseNetworkSecurityGroupCannotBeDeleted", await CodeAsync("DELETE", $"{Network}/networkSecurityGroups/s"));
        Assert.Equal("InUseSubnetCannotBeDeleted", await CodeAsync("DELETE", $"{Network}/virtualNetworks/v"));
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("DELETE", $"{Network}/networkInterfaces/n")).Answer.StatusCode);
        _clock.Advance(_cloud.Timings.Removal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"{Network}/networkInterfaces/n")).Answer.StatusCode);
        Assert.Null(await CodeAsync("DELETE", $"{Network}/virtualNetworks/v"));
    }

    [Fact]
    public async Task GroupsRemoval_TakesAllInIt_AndIsPolledByItsLocation()
    {
        await KnownGroupAsync();
        await MadeAsync($"{Network}/publicIPAddresses/a", Address());
        var (answer, _) = await SendAsync("DELETE", Group);
        var url = answer.Headers.Location!;
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("GET", url.AbsolutePath, null, url.Query)).Answer.StatusCode);
        Assert.Equal("ResourceGroupBeingDeleted", await CodeAsync("PUT", $"{Network}/publicIPAddresses/b", Address()));
        _clock.Advance(_cloud.Timings.GroupRemoval);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", url.AbsolutePath, null, url.Query)).Answer.StatusCode);
        Assert.Empty(await _cloud.ListAsync());
    }

    [Fact]
    public async Task Version_NeedsItsDefinitionAndItsOwnRegion_AndTellsHowFarEachRegionIs()
    {
        await KnownGroupAsync();
        _cloud.Add($"{Compute}/galleries/lab", ResourceRules.Gallery, Body([]));
        _cloud.Add($"{Compute}/snapshots/s", ResourceRules.Snapshot, Body([]));
        Assert.Equal("ParentResourceNotFound", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/1.0.0", Version("westeurope")));
        await MadeAsync($"{Compute}/galleries/lab/images/web", Body(new() { ["osType"] = "Linux", ["osState"] = "Generalized", ["identifier"] = new JsonObject { ["publisher"] = "p", ["offer"] = "o", ["sku"] = "s" } }));
        Assert.Equal("ParentResourceNotFound", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/1.0.0", Version("westeurope")));
        _clock.Advance(_cloud.Timings.DefinitionKnown);
        Assert.Equal("Conflict", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/other", Body(new() { ["osType"] = "Linux", ["osState"] = "Generalized", ["identifier"] = new JsonObject { ["publisher"] = "p", ["offer"] = "o", ["sku"] = "s" } })));
        Assert.Equal("InvalidParameter", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/1.0.0", Version("northeurope")));
        Assert.Equal("InvalidParameter", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/one", Version("westeurope")));
        Assert.Null(await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/1.0.0", Version("westeurope", "northeurope")));
        _clock.Advance((_cloud.Timings.Version + _cloud.Timings.Region) / 2);
        var regions = (await SendAsync("GET", $"{Compute}/galleries/lab/images/web/versions/1.0.0", null, "?api-version=1&$expand=ReplicationStatus")).Body!["properties"]!["replicationStatus"]!["summary"]!.AsArray();
        Assert.Equal([("westeurope", 50), ("northeurope", 50)], regions.Select(r => (r!["region"]!.GetValue<string>(), r["progress"]!.GetValue<int>())));
        Assert.Equal("CannotDeleteResource", await CodeAsync("DELETE", $"{Compute}/galleries/lab/images/web"));
        _clock.Advance(_cloud.Timings.Version);
        Assert.Equal("PropertyChangeNotAllowed", await CodeAsync("PUT", $"{Compute}/galleries/lab/images/web/versions/1.0.0", Version("westeurope", source: "another")));
        Assert.Null(await CodeAsync("DELETE", $"{Compute}/galleries/lab/images/web/versions/1.0.0"));
        _clock.Advance(_cloud.Timings.Removal);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", $"{Compute}/galleries/lab/images/web/versions/1.0.0")).Answer.StatusCode);
        Assert.Equal("CannotDeleteResource", await CodeAsync("DELETE", $"{Compute}/galleries/lab/images/web"));
        _clock.Advance(_cloud.Timings.Emptied);
        Assert.Null(await CodeAsync("DELETE", $"{Compute}/galleries/lab/images/web"));
    }

    [Fact]
    public async Task Lists_LagBehind_AndThoseFilteredByATag_ShowNoTags()
    {
        await KnownGroupAsync();
        var body = Address();
        body["tags"] = new JsonObject { ["team"] = "lab" };
        await MadeAsync($"{Network}/publicIPAddresses/a", body);
        Assert.Empty(await ListedAsync("lab"));
        _clock.Advance(_cloud.Timings.Listed);
        Assert.Equal(["a"], await ListedAsync("lab"));
        Assert.Null((await SendAsync("GET", $"{Root}/resources", null, "?api-version=1&$filter=tagName eq 'team' and tagValue eq 'lab'")).Body!["value"]![0]!["tags"]);
        Assert.NotNull((await SendAsync("GET", $"{Root}/resources")).Body!["value"]!.AsArray().Single(r => r!["name"]!.GetValue<string>() == "a")!["tags"]);
        Assert.Empty(await ListedAsync("other"));
        body["tags"] = new JsonObject { ["a/b"] = "c" };
        Assert.Equal("InvalidTagNameCharacters", await CodeAsync("PUT", $"{Network}/publicIPAddresses/a", body));
    }

    private async Task<IEnumerable<string>> ListedAsync(string team) =>
        (await SendAsync("GET", $"{Root}/resources", null, $"?api-version=1&$filter=tagName eq 'team' and tagValue eq '{team}'")).Body!["value"]!.AsArray().Select(r => r!["name"]!.GetValue<string>());

    private async Task<HttpResponseMessage> PutGroupAsync() => (await SendAsync("PUT", Group, new JsonObject { ["location"] = "westeurope" })).Answer;

    private async Task KnownGroupAsync()
    {
        await PutGroupAsync();
        _clock.Advance(_cloud.Timings.Known);
    }

    private async Task MadeAsync(string path, JsonObject body)
    {
        Assert.Null(await CodeAsync("PUT", path, body));
        _clock.Advance(_cloud.Timings.Network);
    }

    private async Task<string?> CodeAsync(string method, string path, JsonObject? body = null) => (await SendAsync(method, path, body)).Body?["error"]?["code"]?.GetValue<string>();

    private async Task<(HttpResponseMessage Answer, JsonNode? Body)> SendAsync(string method, string path, JsonObject? body = null, string? query = null, string? match = null)
    {
        // Any that the type has.
        query = query?.Replace("api-version=1", $"api-version={VersionOf(method, path)}", StringComparison.Ordinal) ?? $"?api-version={VersionOf(method, path)}";
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("https://management.azure.com" + path + query));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        var answer = await _cloud.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer, text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    private static string VersionOf(string method, string path) =>
        ApiVersions.Newest(new ArmRequest(method, path, path.Split('/', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string>(), null, "").Type);

    private static JsonObject Body(JsonObject properties) => new() { ["location"] = "westeurope", ["properties"] = properties };

    private static JsonObject Address() => Body(new() { ["publicIPAllocationMethod"] = "Static" });

    private static JsonObject Interface() => Body(new()
    {
        ["networkSecurityGroup"] = new JsonObject { ["id"] = $"{Network}/networkSecurityGroups/s" },
        ["ipConfigurations"] = new JsonArray(new JsonObject
        {
            ["name"] = "ip",
            ["properties"] = new JsonObject { ["subnet"] = new JsonObject { ["id"] = $"{Network}/virtualNetworks/v/subnets/x" }, ["publicIPAddress"] = new JsonObject { ["id"] = $"{Network}/publicIPAddresses/a" } },
        }),
    });

    private static JsonObject Version(string region, string? second = null, string source = "s") => Body(new()
    {
        ["publishingProfile"] = new JsonObject { ["targetRegions"] = new JsonArray([.. new[] { region, second }.OfType<string>().Select(r => (JsonNode)new JsonObject { ["name"] = r })]) },
        ["storageProfile"] = new JsonObject { ["osDiskImage"] = new JsonObject { ["source"] = new JsonObject { ["id"] = $"{Compute}/snapshots/{source}" } } },
    });
}
