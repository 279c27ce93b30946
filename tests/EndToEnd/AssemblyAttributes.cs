using ImageOperator.EndToEnd.Tests.Testbed;

[assembly: AssemblyFixture(typeof(Cluster))]

// A build waits as often as it computes: three at a time keep two cores busy.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.All, MaxThreads = 3)]
