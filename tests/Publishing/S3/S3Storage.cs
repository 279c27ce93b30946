using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Publishing.Tests.S3;

/// <summary>The tests that need moto: it starts with the first of them, not for others.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class S3Storage : ICollectionFixture<Moto>;
