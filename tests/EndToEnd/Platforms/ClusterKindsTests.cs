using System.Text.Json.Nodes;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.EndToEnd.Tests.Status;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.EndToEnd.Tests.Platforms;

/// <summary>A build of a ClusterImageTemplate on a ClusterImagePlatform, from a namespace that is allowed only later.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterKindsTests(Cluster cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Build_OfClusterKinds_WaitsUntilAllowedAndSucceeds() => Lab.RunAsync(cluster, "cluster-kinds", async lab =>
    {
        var (client, name) = (lab.Client, lab.Namespace);
        var recipe = Recipes.Of([Recipes.Shell("greet", "true")]);
        var reference = new PlatformReference { Name = name, Kind = PlatformKind.ClusterImagePlatform };
        try
        {
            await client.CreateAsync(
                new ClusterImagePlatform
                {
                    Metadata = new() { Name = name },
                    Spec = new() { Qemu = new() { MachineType = Api.Targets.Qemu.QemuMachineType.Q35 }, AllowedNamespaces = new() { Selector = new() { MatchLabels = new Dictionary<string, string> { ["imageoperator.dev/test"] = "end-to-end" } } } },
                },
                Stop);
            var template = await client.CreateAsync(
                new ClusterImageTemplate
                {
                    Metadata = new() { Name = name },
                    Spec = new() { Targets = [.. recipe.Targets.Select(t => t with { PlatformRef = reference })], Communicator = recipe.Communicator, Provisioners = recipe.Provisioners, Timeout = recipe.Timeout },
                },
                Stop);
            await using var watch = await lab.BuildAsync(new Api.ImageBuilds.ImageBuildSpec { TemplateRef = new() { Name = name, Kind = TemplateKind.ClusterImageTemplate } });
            await watch.WaitAsync(b => b.Status?.Conditions?.Find("Ready")?.Reason == "TemplateNotAllowed", "the refusal");
            await client.MergePatchAsync<ClusterImageTemplate>(
                ObjectKey.Of(template), new() { ["spec"] = new JsonObject { ["allowedNamespaces"] = new JsonObject { ["names"] = new JsonArray(name) } } }, null, Stop);

            var done = await watch.EndAsync();

            StatusContract.Holds(watch, KStatusCode.Current);
            Assert.Equal((PlatformKind.ClusterImagePlatform, name), (done.Status!.Platforms![0].Kind, done.Status.Platforms[0].Name));
            Assert.Equal(Api.Targets.Qemu.QemuMachineType.Q35, done.Status.Template!.Targets[0].Qemu!.MachineType);
            Assert.True((await client.GetAsync<ClusterImagePlatform>(new("", name), Stop)).Status!.Conditions!.IsTrue("Ready"));
            // Its platform selects namespaces by label, and the template is in none.
            await Eventually.HoldsAsync(
                async () => (await client.GetAsync<ClusterImageTemplate>(new("", name), Stop)).Status?.Conditions?.IsTrue("Ready") == true, "the template is not ready", TimeSpan.FromSeconds(20));
        }
        finally
        {
            await client.DeleteIfExistsAsync<ClusterImageTemplate>(new("", name), null, CancellationToken.None);
            await client.DeleteIfExistsAsync<ClusterImagePlatform>(new("", name), null, CancellationToken.None);
        }
    });
}
