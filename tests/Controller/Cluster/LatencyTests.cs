using ImageOperator.Controller.Tests.Builds;
using k8s.Models;

namespace ImageOperator.Controller.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class LatencyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Apply_IdleOperator_PodWithin200Milliseconds()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var op = await TestOperator.StartAsync(cluster);
        await cluster.TemplateAsync(Given.Template);
        var took = new List<double>();
        for (var i = 0; i < 21; i++)
        {
            var name = $"web-{i}";
            var start = TimeProvider.System.GetTimestamp();
            await cluster.BuildAsync(name: name);
            var pod = cluster.Key($"{name}-lab-1");
            while (await Runtime.Client.ClientExtensions.FindAsync<V1Pod>(cluster.Client, pod, TestContext.Current.CancellationToken) is null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            }

            took.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        took.Sort();
        output.WriteLine($"apply to pod: median {took[10]:0} ms, best {took[0]:0} ms, worst {took[^1]:0} ms");
        Assert.True(took[10] < 200, $"median {took[10]:0} ms");
    }
}
