using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Controllers;
using ImageOperator.Runtime.Tests.Testbed;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Controllers;

public sealed class SourceTests
{
    private readonly List<ObjectKey> woken = [];

    [Theory]
    [InlineData("runtime.test/v1", "Widget", true, "owner")]
    [InlineData("runtime.test/v2", "Widget", true, "owner")]
    [InlineData("runtime.test/v1", "Widget", false, "")]
    [InlineData("other.test/v1", "Widget", true, "")]
    [InlineData("v1", "Widget", true, "")]
    [InlineData("runtime.test/v1", "Gadget", true, "")]
    public void OwnerKeys_Table(string apiVersion, string kind, bool controller, string expected)
    {
        var pod = Pod(owner: null);
        pod.Metadata.OwnerReferences = [new() { ApiVersion = apiVersion, Kind = kind, Controller = controller, Name = "owner", Uid = "1" }];
        var keys = OwnerKeys.OfController(pod, ResourceKind.Of<Widget>());
        Assert.Equal(expected.Length == 0 ? [] : [new("ns", expected)], keys);
    }

    [Fact]
    public void Handle_OwnerChanged_WakesBoth()
    {
        Source().Handle(new(Pod("old"), Pod("new")));
        Assert.Equal([new("ns", "old"), new("ns", "new")], woken);
    }

    [Fact]
    public void Handle_Predicates_AskedForChangesOnly()
    {
        var source = Source(Changed.Generation, Changed.Annotations);
        source.Handle(new(Pod("o"), Pod("o")));
        Assert.Empty(woken);
        source.Handle(new(Pod("o"), Pod("o", generation: 2)));
        source.Handle(new(null, Pod("o")));
        source.Handle(new(Pod("o"), null));
        source.Handle(new(Pod("o"), Pod("o", annotation: "x")));
        Assert.Equal(4, woken.Count);
    }

    [Fact]
    public void Changed_Table()
    {
        var (a, b) = (Pod("o"), Pod("o"));
        Assert.False(Changed.Labels<V1Pod>(new(a, b)) || Changed.Deletion<V1Pod>(new(a, b)) || Changed.ResourceVersion<V1Pod>(new(a, b)));
        b.Metadata.Labels = new Dictionary<string, string> { ["l"] = "1" };
        b.Metadata.Finalizers = ["f"];
        b.Metadata.ResourceVersion = "2";
        Assert.True(Changed.Labels<V1Pod>(new(a, b)) && Changed.Deletion<V1Pod>(new(a, b)) && Changed.ResourceVersion<V1Pod>(new(a, b)));
    }

    private MappedSource<V1Pod> Source(params EventPredicate<V1Pod>[] anyOf) => new(pod => OwnerKeys.OfController(pod, ResourceKind.Of<Widget>()), anyOf, woken.Add);

    private static V1Pod Pod(string? owner, long generation = 1, string? annotation = null) => new()
    {
        Metadata = new()
        {
            Name = "p",
            NamespaceProperty = "ns",
            Generation = generation,
            Annotations = annotation is null ? null : new Dictionary<string, string> { ["a"] = annotation },
            OwnerReferences = owner is null ? null : [new Widget { Metadata = new() { Name = owner, Uid = "1" } }.ControllerReference()],
        },
    };
}
