using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Queue;
using static ImageOperator.Controller.Tests.Queue.QueueWorld;

namespace ImageOperator.Controller.Tests.Queue;

public sealed class FairQueueTests
{
    private readonly QueueWorld world = new();
    private readonly FairQueue queue;

    public FairQueueTests() => queue = new(world);

    [Fact]
    public void Admit_NoLimits_AllStartAtOnce()
    {
        for (var i = 0; i < 5; i++) queue.Wait(Entry("a", $"a{i}", age: 10 - i));

        Assert.Equal("a0 a1 a2 a3 a4", Names(queue.Admit(Start)));
        Assert.Equal((5, 0), (queue.Running, queue.Waiting));
    }

    [Fact]
    public void Admit_OneNamespaceWasFirst_OthersGetTheirTurn()
    {
        world.Platforms[Aws] = new(2, null);
        for (var i = 0; i < 4; i++) queue.Wait(Entry("a", $"a{i}", age: 100 - i));
        Assert.Equal("a0 a1", Names(queue.Admit(Start)));
        queue.Wait(Entry("b", "b0", age: 1));
        queue.Wait(Entry("c", "c0"));

        queue.Leave(Entry("a", "a0").Key);
        Assert.Equal("b0", Names(queue.Admit(Start)));
        queue.Leave(Entry("a", "a1").Key);
        Assert.Equal("c0", Names(queue.Admit(Start)));
        queue.Leave(Entry("c", "c0").Key);
        Assert.Equal("a2", Names(queue.Admit(Start)));
    }

    [Fact]
    public void Admit_OnePlace_NamespacesTakeTurns()
    {
        world.Platforms[Aws] = new(1, null);
        for (var i = 0; i < 3; i++)
        {
            queue.Wait(Entry("a", $"a{i}", age: 100 - i));
            queue.Wait(Entry("b", $"b{i}", age: 50 - i));
        }

        List<string> order = [];
        while (Names(queue.Admit(Start)) is { Length: > 0 } name)
        {
            order.Add(name);
            queue.Leave(Entry(name[..1], name).Key);
        }

        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], order);
    }

    [Fact]
    public void Admit_Priority_FirstInItsNamespaceOnly()
    {
        world.Platforms[Aws] = new(1, null);
        queue.Wait(Entry("a", "a-low", age: 100));
        queue.Wait(Entry("a", "a-high", priority: 10, age: 10));
        queue.Wait(Entry("b", "b-highest", priority: 1000, age: 1));

        Assert.Equal("a-high", Names(queue.Admit(Start)));
        queue.Leave(Entry("a", "a-high").Key);
        Assert.Equal("b-highest", Names(queue.Admit(Start)));
    }

    /// <summary>A new leader knows times to the second only: level namespaces are common then.</summary>
    [Fact]
    public void Admit_NamespacesAreLevel_PriorityCountsForNothingBetweenThem()
    {
        world.Platforms[Aws] = new(1, null);
        queue.Wait(Entry("a", "a0"));
        queue.Wait(Entry("b", "b0", priority: 1000));

        Assert.Equal("a0", Names(queue.Admit(Start)));
    }

    [Fact]
    public void Wait_PriorityRaised_OvertakesAndKeepsItsAge()
    {
        world.Platforms[Aws] = new(0, null);
        queue.Wait(Entry("a", "first", age: 2));
        queue.Wait(Entry("a", "second", age: 1));
        Assert.False(queue.Wait(Entry("a", "second", age: 1)));
        Assert.True(queue.Wait(Entry("a", "second", priority: 1)));
        world.Platforms[Aws] = new(2, null);

        var admitted = queue.Admit(Start);

        Assert.Equal("second first", Names(admitted));
        Assert.Equal(Start.AddSeconds(-1), admitted[0].Since);
    }

    [Fact]
    public void Admit_FullPlatform_OthersPass()
    {
        var gcp = Aws with { Name = "gcp" };
        world.Platforms[Aws] = new(0, null);
        queue.Wait(Entry("a", "stuck", age: 100));
        queue.Wait(Entry("a", "free", gcp));
        queue.Wait(Entry("a", "none", PlatformKey.None));

        Assert.Equal("free none", string.Join(' ', queue.Admit(Start).Select(e => e.Build.Name).Order()));
    }

    [Fact]
    public void Take_BeyondTheLimit_CountsAndStartsNothing()
    {
        world.Overall = new(1, null);
        queue.Take(Entry("a", "a0"), Start);
        queue.Take(Entry("a", "a1"), Start);
        queue.Wait(Entry("b", "b0"));

        Assert.Empty(queue.Admit(Start));
        Assert.Equal("the cluster: 2 of 1 builds run", queue.BlockerOf(Entry("b", "b0").Key, Start)!.Limit);
        queue.Leave(Entry("a", "a0").Key);
        Assert.Empty(queue.Admit(Start));
        queue.Leave(Entry("a", "a1").Key);
        Assert.Equal("b0", Names(queue.Admit(Start)));
    }

    [Theory]
    [InlineData("hours", "namespace a on ClusterImagePlatform aws: 10.0 of 10 machine-hours of 2026-11 are used")]
    [InlineData("platform and namespace", "namespace a on ClusterImagePlatform aws: 1 of 1 builds run")]
    [InlineData("namespace", "namespace a: 1 of 1 builds run")]
    [InlineData("platform", "ClusterImagePlatform aws: 1 of 1 builds run")]
    [InlineData("overall", "the cluster: 1 of 1 builds run")]
    public void Blocker_Limit_IsNamed(string limit, string words)
    {
        if (limit == "hours") world.OutOfHours.Add(("a", Aws));
        if (limit == "platform and namespace") world.Platforms[Aws] = new(null, 1);
        if (limit == "platform") world.Platforms[Aws] = new(1, null);
        world.Overall = limit switch { "overall" => new(1, null), "namespace" => new(null, 1), _ => default };
        queue.Take(Entry("a", "a0"), Start);
        queue.Wait(Entry("a", "a1"));

        Assert.Empty(queue.Admit(Start));
        Assert.Equal(words, queue.BlockerOf(Entry("a", "a1").Key, Start)!.Limit);
    }

    /// <summary>Its limits went with it: all that wait would start at once.</summary>
    [Fact]
    public void Admit_PlatformWasDeleted_WaitsUntilItIsBack()
    {
        world.Gone.Add(Aws);
        for (var i = 0; i < 3; i++) queue.Wait(Entry("a", $"a{i}", age: 10 - i));

        Assert.Empty(queue.Admit(Start));
        Assert.Equal("ClusterImagePlatform aws: it was deleted; what waits for it starts when it is there again", queue.BlockerOf(Entry("a", "a0").Key, Start)!.Limit);
        world.Gone.Clear();
        world.Platforms[Aws] = new(1, null);

        Assert.Equal("a0", Names(queue.Admit(Start)));
    }

    [Fact]
    public void Positions_PlatformsOfOneNameInTwoNamespaces_AreTwoQueues()
    {
        foreach (var name in new[] { "a", "b" })
        {
            var lab = new PlatformKey(PlatformKind.ImagePlatform, name, "lab");
            world.Platforms[lab] = new(0, null);
            for (var i = 0; i < 2; i++) queue.Wait(Entry(name, $"{name}{i}", lab, age: 10 - i));
        }

        var told = QueuePositions.Of(queue, Start).Select(p => $"{p.Entry.Build.Name} {p.Position}").Order().ToArray();

        Assert.Equal(["a0 1", "a1 2", "b0 1", "b1 2"], told);
    }

    [Fact]
    public void Positions_AreTheOrderOfStarts()
    {
        world.Platforms[Aws] = new(1, null);
        queue.Take(Entry("a", "a0"), Start.AddSeconds(-200));
        for (var i = 1; i < 4; i++) queue.Wait(Entry("a", $"a{i}", age: 100 - i));
        queue.Wait(Entry("b", "b0", age: 5));
        queue.Wait(Entry("b", "b1", age: 4));

        var told = QueuePositions.Of(queue, Start).OrderBy(p => p.Position).Select(p => p.Entry.Build.Name).ToArray();

        Assert.Equal(["b0", "a1", "b1", "a2", "a3"], told);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(6, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 20)]
    [InlineData(21, 50)]
    [InlineData(51, 100)]
    [InlineData(999, 1000)]
    [InlineData(1001, 2000)]
    public void Coarse_RoundsUp(int position, int told) => Assert.Equal(told, QueuePositions.Coarse(position));
}
