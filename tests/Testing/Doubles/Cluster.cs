using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.Testing.Doubles;

/// <summary>The administrator's view.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public Cluster(string kubeconfig)
    {
        services = new ServiceCollection().AddLogging().AddControllerRuntime(o =>
        {
            o.Name = "administrator";
            o.KubeconfigPath = kubeconfig;
            o.LeaderElection.Enabled = false;
        }).BuildServiceProvider();
        Client = services.GetRequiredService<IClient>();
    }

    public IClient Client { get; }

    public async Task<string> LeaseholderAsync() =>
        (await Client.FindAsync<V1Lease>(new(Servers.Manifests.OperatorNamespace, "image-operator"), default))?.Spec.HolderIdentity ?? "";

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
