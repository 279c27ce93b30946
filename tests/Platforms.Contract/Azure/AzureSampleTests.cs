using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Tests.Manifests;
using ImageOperator.Api.Validation;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Azure;

/// <summary>The sample of config/samples/azure builds, with nothing changed: platform, credentials and template as they stand there.</summary>
[Trait("Category", "Cloud")]
public sealed class AzureSampleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Sample_Builds()
    {
        var platform = Read<ImagePlatformSpec>("platform.yaml");
        var template = Read<ImageTemplateSpec>("template.yaml");
        Assert.Empty(PlatformValidator.Validate(platform));
        var credentials = Directory.CreateTempSubdirectory("imageoperator-azure-").FullName;
        await File.WriteAllTextAsync(Path.Combine(credentials, "clientSecret"), "sample-secret\n", TestContext.Current.CancellationToken);

        await using var site = new AzureSite();
        site.Access = new(platform, credentials, "sample");
        site.Given = PlatformDefaults.Apply(Assert.Single(template.Targets), platform);
        var tally = new Tally(site, output);
        await tally.CaseAsync("the sample", async at =>
        {
            at.Case.Template = template;
            at.Case.Parameters = new Dictionary<string, string> { ["release"] = template.Parameters.Single().Default!.Value.ToString() };
            var outcome = await at.Case.RunAsync(at.Case.NextProcess());

            Assert.True(outcome!.Succeeded, outcome.Status.Failure?.Message);
            Assert.Equal(["westeurope", "northeurope"], outcome.Status.Artifacts!.Select(a => a.Location));
            Assert.EndsWith("/galleries/lab/images/web/versions/1.1.0", outcome.Status.Artifacts![0].Id, StringComparison.Ordinal);
            var asked = Assert.Single(site.Cloud.TokenRequests);
            Assert.Equal((platform.Azure!.ClientId, "sample-secret"), (asked["client_id"], asked["client_secret"]));
        });
        Directory.Delete(credentials, recursive: true);
        tally.AssertGood();
    }

    private static T Read<T>(string file) where T : class
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        return Yaml.Parse(File.ReadAllText(Path.Combine(folder.FullName, "config/samples/azure", file))).GetProperty("spec").Deserialize<T>(ApiJson.Options)!;
    }
}
