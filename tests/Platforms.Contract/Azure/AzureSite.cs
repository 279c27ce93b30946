using System.Text.Json.Nodes;
using Azure.Core;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>A subscription of the double, with a group and a gallery for results.</summary>
internal sealed class AzureSite : CloudSite
{
    public const string Location = "westeurope";
    public const string CopyLocation = "northeurope";

    /// <summary>Where the contract's blob stands.</summary>
    public const string Vhd = "https://account.blob.core.windows.net/vhds/web-lab-1.vhd";

    private const string Results = "images";

    private readonly Clock? _clock;
    private readonly TimeProvider _time;
    private IReadOnlyList<Fault> _faults = [];

    /// <param name="time">With machines that really run, time passes by itself; without one it goes from timer to timer.</param>
    public AzureSite(TimeProvider? time = null)
    {
        _time = time ?? (_clock = new());
        Cloud = new ArmCloud(_time);
        var group = Cloud.Add($"/subscriptions/{ArmCloud.Subscription}/resourceGroups/{Results}", GroupRules.Type, new JsonObject { ["location"] = Location, ["properties"] = new JsonObject() });
        Cloud.Blobs.Containers.Add(Vhd[..Vhd.LastIndexOf('/')]);
        Cloud.Add($"{group.Id}/providers/{ResourceRules.Gallery}/lab", ResourceRules.Gallery, new JsonObject { ["location"] = Location, ["properties"] = new JsonObject() });
    }

    public ArmCloud Cloud { get; }

    public AzureTarget Azure { get; set; } = new()
    {
        Location = Location,
        Source = new() { Marketplace = new() { Publisher = "Debian", Offer = "debian-12", Sku = "12-gen2" } },
        Image = new()
        {
            ResourceGroup = Results,
            ManagedImage = new() { Name = "web-lab-1" },
            Gallery = new() { Gallery = "lab", Definition = "web", Regions = [new() { Name = CopyLocation }] },
            Snapshot = new() { Name = "web-lab-1-disk" },
            Vhd = new() { Account = "account", Container = "vhds", Name = "web-lab-1.vhd" },
        },
        Tags = new Dictionary<string, string> { ["team"] = "lab" },
    };

    public override string Name => "azure";

    public override TimeProvider Time => _time;

    /// <summary>A target to build instead.</summary>
    public Target? Given { get; set; }

    public override Target Target => Given ?? new() { Name = "lab", Azure = Azure };

    public override int Artifacts => (Azure.Image.ManagedImage is null ? 0 : 1) + (Azure.Image.Snapshot is null ? 0 : 1 + Azure.DataDisks.Count) + (Azure.Image.Vhd is null ? 0 : 1) + (Azure.Image.Gallery is { } gallery ? 1 + gallery.Regions.Count : 0);

    public override BuildFolders Folders { get; } = new("/workspace", "/scratch", "/cache", "/downloads");

    public override int BuildMachines => Cloud.BuildMachines;

    public override Task BeginAsync()
    {
        Cloud.Settle();
        return Task.CompletedTask;
    }

    public override IPlatformFactory Platform(Process process) => new AzurePlatformFactory(Options(process));

    public AzureOptions Options(Process process) => new()
    {
        SubscriptionId = ArmCloud.Subscription,
        Credential = new AnyToken(),
        HttpHandler = () => new ProcessHandler(process, Cloud),
    };

    public override IReadOnlyList<string> Calls => [.. Cloud.Actions];

    public override IReadOnlyList<Fault> Faults
    {
        get => _faults;
        set
        {
            _faults = value;
            Cloud.Faults = [.. value.Select(f => new ArmFault(f.Action, f.First, f.Times, Enum.Parse<ArmFaultKind>(f.Kind.ToString())))];
        }
    }

    public override int Injected => Cloud.Faults.Sum(f => f.HitCount);

    public override void ShowLate() => Cloud.Timings = Cloud.Timings with { Shown = TimeSpan.FromSeconds(20), Listed = TimeSpan.FromMinutes(2) };

    public override void Pass(TimeSpan time) => _clock!.Advance(time);

    public override Task<IReadOnlyList<string>> ListAsync() => Cloud.ListAsync();

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        Assert.Empty(Cloud.Mismatches);
        List<string> expected = [.. before];
        foreach (var artifact in artifacts.DistinctBy(a => a.Id))
        {
            if (artifact.Type == "azure-vhd")
            {
                var blob = Cloud.Blobs.Find(artifact.Id);
                Assert.Equal("true", blob?.Notes["x-ms-meta-imageoperator_kept"]);
                Assert.Equal(("success", BlobAccounts.DiskLength, $"etag:{blob?.Tag}"), (blob?.CopyStatus, artifact.SizeBytes, artifact.Checksum));
                expected.Add(Assert.Single(Cloud.Blobs.Names, n => n.EndsWith($" {artifact.Id}", StringComparison.Ordinal)));
                continue;
            }

            var made = Cloud.Find(artifact.Id);
            Assert.NotNull(made);
            Assert.Equal("Succeeded", made.State);
            Assert.Equal(("lab", "true"), (made.Tag("team"), made.Tag("imageoperator-kept")));
            expected.Add($"{made.Type} {made.Id[(made.Id.IndexOf("roups/", StringComparison.Ordinal) + 6)..]}");
            if (made.Type != ResourceRules.Version) continue;
            var regions = made.Properties["publishingProfile"]!["targetRegions"]!.AsArray().Select(r => r!["name"]!.GetValue<string>());
            Assert.Equal(artifacts.Where(a => a.Id == artifact.Id).Select(a => a.Location!), regions);
            Assert.Equal(Azure.Image.Gallery!.ExcludeFromLatest, made.Properties["publishingProfile"]!["excludeFromLatest"]!.GetValue<bool>());
            var definition = $"{ResourceRules.Definition} {made.Id[(made.Id.IndexOf("roups/", StringComparison.Ordinal) + 6)..made.Id.IndexOf("/versions/", StringComparison.Ordinal)]}";
            if (!expected.Contains(definition)) expected.Add(definition);
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), await ListAsync());
    }

    public override Task RemoveResultsAsync()
    {
        // As its owner would: with another process, which nobody kills.
        Cloud.Faults = [];
        foreach (var thing in Cloud.Things.Where(t => t.Tag("imageoperator-kept") is not null).ToList()) Cloud.Remove(thing);
        // A leak in a build that has no such result is one.
        if (Azure.Image.Vhd is not null) foreach (var blob in Cloud.Blobs.All.Where(b => b.Notes.ContainsKey("x-ms-meta-imageoperator_build_uid") && b.CopyStatus == "success").ToList()) Cloud.Blobs.Remove(blob.Url);
        return Task.CompletedTask;
    }

    public override Task RunAsync(Task work, params Process[] processes) => _clock is null ? Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died))) : new Pump(_clock, work, processes).RunAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class ProcessHandler(Process process, ArmCloud cloud) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var name = TokenEndpoint.IsFor(request) ? "token" : request.RequestUri!.Host == MachineRules.ConsoleHost ? "console" : request.RequestUri.Host.EndsWith(ArmCloud.BlobHost, StringComparison.Ordinal) ? BlobAccounts.ActionOf(request) : (await ArmRequest.ReadAsync(request)).Action;
            return await process.CallAsync(name, () => cloud.SendAsync(request));
        }
    }

    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue.AddYears(-1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
