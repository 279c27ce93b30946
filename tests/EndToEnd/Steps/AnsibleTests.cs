using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Testbed;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Steps;

/// <summary>Ansible in the builder's pod. That it succeeds there, the sample shows.</summary>
[Trait("Category", "Cluster")]
public sealed class AnsibleTests(Cluster cluster)
{
    private const string Playbook = """
        - hosts: all
          gather_facts: false
          tasks:
            - {name: look, ansible.builtin.raw: "id -u"}
            - {name: break, ansible.builtin.raw: "echo it is broken; exit 3"}
        """;

    [Fact]
    public Task FailedTask_IsTold_WithReportOfAll() => Lab.RunAsync(cluster, "ansible", async lab =>
    {
        await lab.Client.CreateAsync(
            new V1ConfigMap { Metadata = new() { Name = "site", NamespaceProperty = lab.Namespace }, Data = new Dictionary<string, string> { ["site.yml"] = Playbook } },
            TestContext.Current.CancellationToken);
        await using var watch = await lab.BuildAsync(
            Recipes.Of([new() { Name = "site", Ansible = new() { Playbook = "ansible/site.yml" } }]) with { Workspace = [new() { Path = "ansible", ConfigMap = new() { Name = "site" } }] });

        var done = await watch.EndAsync();

        var target = Assert.Single(done.Status!.Targets!);
        Assert.Equal("site", target.Failure!.Step);
        Assert.Contains("break", target.Failure.Message, StringComparison.Ordinal);
        var step = Assert.Single(target.Steps!);
        Assert.Equal(StepState.Failed, step.State);
        Assert.Contains(step.Report!.Findings!, f => f.Message!.Contains("break", StringComparison.Ordinal) || f.Id!.Contains("break", StringComparison.Ordinal));
        Assert.Contains(watch.Seen, b => b.Status?.Targets is [{ Progress: { Step: "site", Message.Length: > 0 } }]);
    });
}
