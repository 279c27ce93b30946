using System.Text.Json;
using System.Text.RegularExpressions;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Contract.Tests.Azure.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>The role in the documentation allows what builds, sweeps and probes call, no more and no less.</summary>
[Trait("Category", "Cloud")]
public sealed partial class RoleTests(ITestOutputHelper output)
{
    /// <summary>What Azure asks for beside the action itself, of what a request refers to; and reading how an operation goes.</summary>
    private static readonly string[] Linked =
    [
        "Microsoft.Compute/disks/beginGetAccess/action",
        "Microsoft.Compute/disks/read",
        "Microsoft.Compute/disks/write",
        "Microsoft.Compute/galleries/read",
        "Microsoft.Network/networkInterfaces/join/action",
        "Microsoft.Network/networkSecurityGroups/join/action",
        "Microsoft.Network/publicIPAddresses/join/action",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    ];

    [Fact]
    public async Task DocumentedRole_AllowsExactlyWhatIsCalled()
    {
        var called = new HashSet<string>();
        var ofSubscription = new HashSet<string>();
        await RecordAsync(image => image, group: null, async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        // In a given group each thing is removed by itself; a test that fails has the results removed, too.
        await RecordAsync(image => image with { Gallery = null }, "images", FailAsync);
        await RecordAsync(image => image with { ManagedImage = null }, "images", FailAsync);
        // A machine that stands stopped is captured by the next attempt, which looks at it.
        await RecordAsync(image => image, group: null, async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name => { if (name == "Microsoft.Compute/snapshots/write") first.Kill(); };
            await at.Case.RunAsync(first);
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
        });
        // A copy under way is ended, and the blob removed.
        await RecordAsync(image => image, group: null, async at =>
        {
            var first = at.Case.NextProcess();
            first.AtPoint = name => { if (name == "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write!") first.Kill(); };
            await at.Case.RunAsync(first);
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        });
        var probe = new AzureSite();
        var process = new Process(1);
        var probing = new AzureProbe(probe.Options(process)).ProbeAsync(
            new() { Platform = new() { Azure = new() { SubscriptionId = ArmCloud.Subscription, Location = AzureSite.Location } }, Credentials = "/nowhere", Cache = "/nowhere", Time = probe.Time }, TestContext.Current.CancellationToken);
        await probe.RunAsync(probing, process);
        called.UnionWith(probe.Cloud.Actions);
        ofSubscription.UnionWith(OfSubscription(probe));

        Assert.Equal(called.Where(IsOfData).Order(StringComparer.Ordinal), AllowedOnContainer());
        called.RemoveWhere(IsOfData);
        Assert.Equal(called.Concat(Linked).Distinct().Order(StringComparer.Ordinal), Allowed());
        // What is in no group, and would be refused to who has the role on groups only.
        Assert.Equal(ofSubscription.Order(StringComparer.Ordinal), AllowedOnSubscription());

        static bool IsOfData(string action) => action.StartsWith("Microsoft.Storage/", StringComparison.Ordinal);

        static IEnumerable<string> OfSubscription(AzureSite site) =>
            site.Cloud.Requests.Where(r => !r.Path.Contains("/resourceGroups/", StringComparison.OrdinalIgnoreCase)).Select(r => r.Action);

        static async Task FailAsync(Tally.At at)
        {
            at.Case.Run = line => line == "t1" ? 1 : 0;
            Assert.False((await at.Case.RunAsync(at.Case.NextProcess()))!.Succeeded);
            Assert.Empty((await at.Case.SweepAsync(at.Case.NextProcess()))!);
            await at.AssertAsBeforeAsync();
        }

        async Task RecordAsync(Func<AzureImage, AzureImage> change, string? group, Func<Tally.At, Task> run)
        {
            await using var site = new AzureSite();
            site.Azure = site.Azure with { ResourceGroup = group, Image = change(site.Azure.Image) };
            var tally = new Tally(site, output);
            await tally.CaseAsync("recording", async at =>
            {
                await run(at);
                called.UnionWith(site.Cloud.Actions);
                ofSubscription.UnionWith(OfSubscription(site));
            });
            tally.AssertGood();
        }
    }

    /// <summary>The actions of the role in docs/platforms/azure.md.</summary>
    internal static IReadOnlyList<string> Allowed()
    {
        using var role = JsonDocument.Parse(Role().Match(Text()).Groups[1].Value);
        return [.. role.RootElement.GetProperty("Actions").EnumerateArray().Select(a => a.GetString()!)];
    }

    /// <summary>Those of the second role, which stands on the subscription.</summary>
    private static List<string> AllowedOnSubscription() => Listed(1);

    /// <summary>Those of the third, which are about data.</summary>
    private static List<string> AllowedOnContainer() => Listed(2);

    private static List<string> Listed(int number)
    {
        using var actions = JsonDocument.Parse(Role().Matches(Text())[number].Groups[1].Value);
        return [.. actions.RootElement.EnumerateArray().Select(a => a.GetString()!)];
    }

    private static string Text()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "platforms", "azure.md"));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Role();
}
