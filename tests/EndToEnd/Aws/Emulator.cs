using System.Net;
using System.Net.Sockets;
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
    private Socket? _listener;

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
        emulator._server = new(emulator.Cloud);
        emulator._listener = NetworkNamespace.Listen(cluster.NodeProcess());
        _ = emulator.RelayAsync();
        await cluster.DevClusterAsync("exec", "ip", "route", "replace", "local", Network, "dev", "lo");
        emulator.Endpoint = $"http://{NodeAddress}:{((IPEndPoint)emulator._listener.LocalEndPoint!).Port}";
        return emulator;
    }

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        await _machines.DisposeAsync();
        await _moto.DisposeAsync();
        await _cluster.DevClusterAsync("exec", "ip", "route", "del", "local", Network, "dev", "lo");
    }

    private async Task RelayAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener!.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task RelayAsync(Socket pod)
    {
        try
        {
            using var here = new TcpClient();
            await here.ConnectAsync(_server!.Address.Host, _server.Address.Port);
            await using var from = new NetworkStream(pod, ownsSocket: true);
            await using var to = here.GetStream();
            await Task.WhenAny(from.CopyToAsync(to), to.CopyToAsync(from));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // One of both has gone.
        }
    }
}
