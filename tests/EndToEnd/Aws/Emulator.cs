using ImageOperator.EndToEnd.Tests.Observability;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Platforms.Contract.Tests.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;

namespace ImageOperator.EndToEnd.Tests.Aws;

/// <summary>The contract's emulator of AWS, where pods reach it: its API and its machines stand in the cluster's network.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private const string Network = "10.64.0.0/16";
    private const string NodeAddress = "10.123.0.1";

    private readonly Moto _moto = new();
    private readonly Cluster _cluster;
    private readonly SshMachines _machines;
    private CloudServer? _server;

    private Emulator(Cluster cluster) => (_cluster, _machines) = (cluster, new SshMachines(cluster.NodeProcess()));

    public Ec2Cloud Cloud { get; private set; } = null!;

    public AccountListing Account { get; private set; } = null!;

    /// <summary>Where pods find the API.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>A subnet whose addresses are the node's own.</summary>
    public string Subnet { get; private set; } = "";

    public static async Task<Emulator> StartAsync(Cluster cluster, string region)
    {
        var emulator = new Emulator(cluster);
        await emulator._moto.InitializeAsync();
        var soon = TimeSpan.FromSeconds(1);
        emulator.Cloud = new(emulator._moto, TimeProvider.System) { Host = emulator._machines, Timings = new() { Start = soon, Stop = soon, Terminate = soon, Image = soon, Visible = soon } };
        emulator.Account = new(emulator._moto);
        var vpc = (await emulator.Account.AskAsync(region, "CreateVpc", $"&CidrBlock={Uri.EscapeDataString(Network)}")).Named("vpcId").First().Value;
        emulator.Subnet = (await emulator.Account.AskAsync(region, "CreateSubnet", $"&VpcId={vpc}&CidrBlock=10.64.0.0%2F20")).Named("subnetId").First().Value;
        emulator._server = new(emulator.Cloud, NetworkNamespace.Listen(cluster.NodeProcess()));
        await cluster.DevClusterAsync("exec", "ip", "route", "replace", "local", Network, "dev", "lo");
        emulator.Endpoint = $"http://{NodeAddress}:{emulator._server.Port}";
        return emulator;
    }

    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        await _machines.DisposeAsync();
        await _moto.DisposeAsync();
        await _cluster.DevClusterAsync("exec", "ip", "route", "del", "local", Network, "dev", "lo");
    }
}
