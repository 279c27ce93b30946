using ImageOperator.Testing.Servers;

namespace ImageOperator.HighAvailability.Tests;

/// <summary>One control plane for all tests of this project, which run one after the other: each may break it, and mends it.</summary>
public sealed class Plane : IAsyncLifetime
{
    private ControlPlane? plane;
    private string? missing;

    internal ControlPlane Server
    {
        get
        {
            Assert.SkipWhen(missing is not null, missing ?? "");
            return plane!;
        }
    }

    /// <summary>The operator that this project's build made.</summary>
    internal string Program { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        (var options, missing) = ControlPlaneOptions.Find(AppContext.BaseDirectory);
        if (options is null) return;
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        Program = Path.Combine(options.Repository, "artifacts/bin/Controller", configuration, "image-operator.dll");
        plane = await ControlPlane.StartAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (plane is not null) await plane.DisposeAsync();
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PlaneCollection : ICollectionFixture<Plane>
{
    public const string Name = "control plane";
}
