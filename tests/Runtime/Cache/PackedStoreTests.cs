using ImageOperator.Runtime.Cache;
using k8s.Models;

namespace ImageOperator.Runtime.Tests.Cache;

/// <summary>Objects that are kept packed are read as if they were not.</summary>
public sealed class PackedStoreTests
{
    private readonly List<ResourceEvent<V1ConfigMap>> heard = [];
    private readonly Store<V1ConfigMap> store;

    public PackedStoreTests()
    {
        store = new(
            new Dictionary<string, Func<V1ConfigMap, IEnumerable<string>>> { ["color"] = map => map.Data is { } data ? [data["color"]] : [] },
            map => map.Data?["color"] == "grey", e => Assert.Fail(e.ToString()));
        store.AddHandler(heard.Add);
    }

    [Fact]
    public void Packed_IsReadByKeyIndexAndList()
    {
        store.Upsert(Map("a", "1", "grey"));
        store.Upsert(Map("b", "2", "red"));

        var packed = store.Get(new("ns", "a"))!;
        Assert.NotSame(packed, store.Get(new("ns", "a")));
        Assert.Same(store.Get(new("ns", "b")), store.Get(new("ns", "b")));
        Assert.Equal(("a", "1", "uid-a", "owner-a"), (packed.Metadata.Name, packed.Metadata.ResourceVersion, packed.Metadata.Uid, packed.Metadata.OwnerReferences[0].Uid));
        Assert.Equal("a", Assert.Single(store.ByIndex("color", "grey")).Metadata.Name);
        Assert.Equal("a", Assert.Single(store.ByIndex(IndexNames.OwnerUid, "owner-a")).Metadata.Name);
        Assert.Equal(["a", "b"], store.List("ns").Select(m => m.Metadata.Name).Order());
    }

    [Fact]
    public void Packed_ChangesAndGoes_HandlersHearOldAndNew()
    {
        store.Upsert(Map("a", "1", "red"));
        store.Upsert(Map("a", "2", "grey"));
        store.Upsert(Map("a", "3", "red"));
        store.Remove(Map("a", "4", "red"));

        Assert.Equal([(null, "red"), ("red", "grey"), ("grey", "red"), ("red", null)], heard.Select(e => (e.Old?.Data["color"], e.New?.Data["color"])));
        Assert.Empty(store.ByIndex("color", "grey"));
        Assert.Empty(store.ByIndex("color", "red"));
        Assert.Empty(store.ByIndex(IndexNames.OwnerUid, "owner-a"));
    }

    [Fact]
    public void Relist_OfTheSame_TellsNothing()
    {
        store.Replace([store.Hold(Map("a", "1", "grey")), store.Hold(Map("b", "2", "red"))]);
        store.Replace([store.Hold(Map("a", "1", "grey")), store.Hold(Map("b", "2", "red"))]);
        Assert.Equal(2, heard.Count);

        store.Replace([store.Hold(Map("b", "2", "red"))]);

        Assert.Equal("a", heard[2].Old!.Metadata.Name);
        Assert.Null(heard[2].New);
    }

    [Fact]
    public void Index_SeveralUnderOneValue_EachGoesAlone()
    {
        foreach (var name in new[] { "a", "b", "c" }) store.Upsert(Map(name, "1", "red"));

        foreach (var (gone, left) in new[] { ("a", new[] { "b", "c" }), ("c", ["b"]), ("b", []) })
        {
            store.Remove(Map(gone, "2", "red"));
            Assert.Equal(left, store.ByIndex("color", "red").Select(m => m.Metadata.Name).Order());
        }

        store.Upsert(Map("d", "3", "red"));
        Assert.Single(store.ByIndex("color", "red"));
    }

    private static V1ConfigMap Map(string name, string version, string color) => new()
    {
        Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = $"uid-{name}", ResourceVersion = version, OwnerReferences = [new() { Uid = $"owner-{name}" }] },
        Data = new Dictionary<string, string> { ["color"] = color },
    };
}
