namespace ImageOperator.Runtime.Tests.Testbed;

/// <summary>The tests that share the API server; one after the other, because some kill it.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ApiServerFixture>
{
    public const string Name = "cluster";
}
