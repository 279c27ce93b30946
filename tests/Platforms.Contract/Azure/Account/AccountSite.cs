using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Account;

/// <summary>A real subscription, given by the environment. What builds leave is looked for in the group of the results and among groups with our name.</summary>
internal sealed class AccountSite : Site
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private readonly string _results = Required("IMAGEOPERATOR_AZURE_RESOURCE_GROUP");
    private readonly string _gallery = Required("IMAGEOPERATOR_AZURE_GALLERY");
    private readonly string _location = Required("IMAGEOPERATOR_AZURE_LOCATION");
    private readonly string _subscription = Required("AZURE_SUBSCRIPTION_ID");
    private readonly TokenCredential _credential = new DefaultAzureCredential();
    private readonly ArmClient _arm;
    private int _machines;

    public AccountSite() => _arm = new ArmClient(_credential, _subscription);

    public override string Name => "azure account";

    public override TimeProvider Time => TimeProvider.System;

    public override Target Target => new()
    {
        Name = "account",
        Azure = new()
        {
            Location = _location,
            Source = new() { Marketplace = new() { Publisher = "Debian", Offer = "debian-12", Sku = "12-gen2" } },
            Image = new()
            {
                ResourceGroup = _results,
                ManagedImage = new() { Name = "imageoperator-conformance" },
                Gallery = new() { Gallery = _gallery, Definition = "imageoperator-conformance" },
                Snapshot = new() { Name = "imageoperator-conformance-disk" },
            },
        },
    };

    public override int Artifacts => 3;

    public override BuildFolders Folders { get; } = new("/workspace", "/scratch", "/cache", "/downloads");

    public override int BuildMachines => _machines;

    private ResourceGroupResource Results => _arm.GetResourceGroupResource(ResourceGroupResource.CreateResourceIdentifier(_subscription, _results));

    public override Task BeginAsync() => Task.CompletedTask;

    public override IPlatformFactory Platform(Process process) => new AzurePlatformFactory(new()
    {
        SubscriptionId = _subscription,
        Credential = _credential,
        HttpHandler = () => new CountingHandler(process, this),
    });

    /// <summary>Lists lag behind what was done: they count once they say the same twice.</summary>
    public override async Task<IReadOnlyList<string>> ListAsync()
    {
        var before = await ReadAsync();
        while (true)
        {
            await Task.Delay(Settling);
            var now = await ReadAsync();
            if (now.SequenceEqual(before)) return now;
            before = now;
        }
    }

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        var added = (await ListAsync()).Except(before).ToList();
        Assert.All(artifacts, a => Assert.Contains(added, l => l.Equals(a.Id, StringComparison.OrdinalIgnoreCase)));
        // With the definition of the version.
        Assert.Equal(artifacts.Count + 1, added.Count);
    }

    public override async Task RemoveResultsAsync()
    {
        var kept = new List<GenericResource>();
        await foreach (var one in Results.GetGenericResourcesAsync("tagName eq 'imageoperator-kept' and tagValue eq 'true'")) kept.Add(one);
        // Versions before their definitions.
        foreach (var one in kept.OrderByDescending(r => r.Id.ToString().Length)) await one.DeleteAsync(WaitUntil.Completed);
    }

    public override Task RunAsync(Task work, params Process[] processes) => Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died)));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<List<string>> ReadAsync()
    {
        var all = new List<string>();
        await foreach (var one in Results.GetGenericResourcesAsync()) all.Add(one.Id.ToString());
        await foreach (var group in _arm.GetSubscriptionResource(SubscriptionResource.CreateResourceIdentifier(_subscription)).GetResourceGroups().GetAllAsync())
        {
            if (group.Id.Name.StartsWith("imageoperator-io-", StringComparison.Ordinal)) all.Add(group.Id.ToString());
        }

        return [.. all.Order(StringComparer.Ordinal)];
    }

    private static string Required(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"set {name}: docs/platforms/azure.md tells what the account's tests need");

    private sealed class CountingHandler(Process process, AccountSite site) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = await ArmRequest.ReadAsync(request);
            if (asked.Action == "Microsoft.Compute/virtualMachines/write" && asked.Path.EndsWith("b-1", StringComparison.Ordinal)) site._machines++;
            return await process.CallAsync(asked.Action, () => base.SendAsync(request, cancellationToken));
        }
    }
}
