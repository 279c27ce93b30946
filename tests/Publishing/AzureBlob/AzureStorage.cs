namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>The tests that need Azurite: it starts with the first of them, not for others.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AzureStorage : ICollectionFixture<Azurite>;
