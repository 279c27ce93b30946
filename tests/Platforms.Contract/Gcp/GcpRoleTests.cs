using System.Text.RegularExpressions;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The role in the documentation is what the code needs, no more and no less.</summary>
[Trait("Category", "Cloud")]
public sealed partial class GcpRoleTests(ITestOutputHelper output)
{
    [Fact]
    public void Table_HasExactlyTheMethodsOfTheCode()
    {
        var source = string.Join('\n', Directory.GetFiles(Path.Combine(Root, "operator/Platforms/Gcp"), "*.cs", SearchOption.AllDirectories).Where(f => !f.EndsWith("Permissions.cs", StringComparison.Ordinal)).Select(File.ReadAllText));
        var table = File.ReadAllText(Path.Combine(Root, "operator/Platforms/Gcp/Calls/Permissions.cs"));

        table = table[..table.IndexOf("Purposes", StringComparison.Ordinal)];
        Assert.Equal(Called().Matches(source).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal), Keys().Matches(table).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DocumentedRole_HasExactlyThePermissionsOfTheTable()
    {
        var table = File.ReadAllText(Path.Combine(Root, "operator/Platforms/Gcp/Calls/Permissions.cs"));
        table = table[..table.IndexOf("Purposes", StringComparison.Ordinal)];
        var permissions = Quoted().Matches(Keys().Replace(table, "")).Select(m => m.Groups[1].Value).Distinct();

        Assert.Equal(permissions.Order(StringComparer.Ordinal), Documented().Order(StringComparer.Ordinal));
    }

    /// <summary>The double asks for permissions by what requests have in them, from another table than the engine's.</summary>
    [Fact]
    public async Task Build_WithThatRoleOnly_Succeeds_AndSoDoItsUndos()
    {
        await using var site = new GcpSite();
        site.Gcp = site.Gcp with { ServiceAccount = new() { Email = "vm@lab-project.iam.gserviceaccount.com" }, Export = new() { Storage = "gs://disks/web.tar.gz" }, Network = new() { Tags = ["build"] } };
        site.Cloud.Permissions = Documented().ToHashSet();
        var tally = new Tally(site, output);
        await tally.CaseAsync("build", async at => await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess())));
        await tally.CaseAsync("undo", async at =>
        {
            using var stopping = new CancellationTokenSource();
            at.Case.Run = line =>
            {
                if (line == "t1") stopping.Cancel();
                return 0;
            };
            await at.Case.RunAsync(at.Case.NextProcess(), stopping.Token);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    [Fact]
    public async Task Build_WithoutOneOfThem_NamesIt()
    {
        await using var site = new GcpSite();
        site.Cloud.Permissions = Documented().Except(["compute.subnetworks.useExternalIp"]).ToHashSet();
        var tally = new Tally(site, output);
        await tally.CaseAsync("missing", async at =>
        {
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());
            Assert.Contains("needs the permission compute.subnetworks.useExternalIp", outcome!.Status.Failure!.Hint, StringComparison.Ordinal);
            await at.AssertAsBeforeAsync();
        });
        tally.AssertGood();
    }

    /// <summary>The permissions of the role in docs/platforms/google-cloud.md.</summary>
    internal static IReadOnlyList<string> Documented() =>
        [.. Listed().Matches(Role().Match(File.ReadAllText(Path.Combine(Root, "docs/platforms/google-cloud.md"))).Groups[1].Value).Select(m => m.Groups[1].Value)];

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("\"(compute\\.[A-Za-z]+\\.[A-Za-z]+)\"")]
    private static partial Regex Called();

    [GeneratedRegex("\\[\"(compute\\.[A-Za-z]+\\.[A-Za-z]+)\"\\] =")]
    private static partial Regex Keys();

    [GeneratedRegex("\"(compute\\.[A-Za-z]+\\.[A-Za-z]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("includedPermissions:\n((?:  - .*\n)+)")]
    private static partial Regex Role();

    [GeneratedRegex("^  - (.*)$", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
