using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;
using ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>The sample of config/samples/gcp builds, with nothing changed: platform, credentials and template as they stand there.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpSampleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Sample_Builds()
    {
        var platform = Read<ImagePlatformSpec>("platform.yaml");
        var template = Read<ImageTemplateSpec>("template.yaml");
        Assert.Empty(PlatformValidator.Validate(platform));
        using var identity = new GoogleIdentity();
        var credentials = Directory.CreateTempSubdirectory("imageoperator-gcp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(credentials, "key.json"), identity.KeyOf("images@lab-project.iam.gserviceaccount.com"));

        await using var site = new GcpSite(new QuickTime(20)) { Identity = identity };
        site.Cloud.Knows = token => identity.OwnerOf(token) is not null;
        var soon = TimeSpan.FromSeconds(2);
        site.Cloud.State.Timings = new() { Start = soon, Guest = soon, Stop = soon, Delete = soon, Image = soon };
        site.Access = new(platform, credentials, "sample");
        site.Given = PlatformDefaults.Apply(Assert.Single(template.Targets), platform);
        var tally = new Tally(site, output);
        await tally.CaseAsync("the sample", async at =>
        {
            at.Case.Template = template;
            at.Case.Parameters = new Dictionary<string, string> { ["release"] = template.Parameters.Single().Default!.Value.ToString() };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());

            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            Assert.Matches("^projects/lab-project/global/images/web-1-1-[0-9a-f]{8}$", Assert.Single(outcome.Status.Artifacts!).Id);
        });
        Directory.Delete(credentials, recursive: true);
        tally.AssertGood();
    }

    private static T Read<T>(string file) where T : class
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return Yaml.Parse(File.ReadAllText(Path.Combine(folder.FullName, "config/samples/gcp", file))).GetProperty("spec").Deserialize<T>(ApiJson.Options)!;
    }
}
