using System.Net.Sockets;
using System.Runtime.InteropServices;
using ImageOperator.Communicators.Ssh.Tests.Servers;

namespace ImageOperator.Communicators.Ssh.Tests.Lab;

/// <summary>
/// Two network namespaces of our own with a wire between them: the builder's, in which sockets are made, and the guest's. The
/// machine's own network is not touched.
/// </summary>
internal sealed partial class LabNetwork : IAsyncDisposable
{
    public const string BuilderAddress = "10.99.0.1";
    public const string GuestAddress = "10.99.0.2";
    private const int NetworkNamespace = 0x40000000;
    private static readonly string Ip = Tools.Require("ip", "iproute2");
    private readonly string _id = Guid.NewGuid().ToString("N")[..6];

    public string Builder => $"io-b-{_id}";

    public string Guest => $"io-g-{_id}";

    public static async Task<LabNetwork> CreateAsync()
    {
        var lab = new LabNetwork();
        foreach (var name in new[] { lab.Builder, lab.Guest })
        {
            await IpAsync($"netns add {name}");
            await IpAsync($"-n {name} link set lo up");
        }

        await IpAsync($"-n {lab.Builder} link add wire type veth peer name wire netns {lab.Guest}");
        await IpAsync($"-n {lab.Builder} address add {BuilderAddress}/24 dev wire");
        await IpAsync($"-n {lab.Guest} address add {GuestAddress}/24 dev wire");
        foreach (var name in new[] { lab.Builder, lab.Guest }) await IpAsync($"-n {name} link set wire up");
        return lab;
    }

    /// <summary>Runs <c>ip</c>; its arguments have no spaces in them.</summary>
    public static async Task IpAsync(string arguments)
    {
        var (exitCode, output) = await Tools.RunAsync(Ip, arguments.Split(' '));
        Assert.True(exitCode == 0, $"ip {arguments}: {output}");
    }

    /// <summary>Adds a rule of nftables to the guest's input.</summary>
    public async Task FilterAsync(string rule)
    {
        var nft = Tools.Require("nft", "nftables");
        await RunAsync(nft, "add", "table", "inet", "lab");
        await RunAsync(nft, "add", "chain", "inet", "lab", "input", "{ type filter hook input priority 0 ; }");
        await RunAsync(nft, ["add", "rule", "inet", "lab", "input", .. rule.Split(' ')]);
    }

    /// <summary>Takes the rules away.</summary>
    public Task UnfilterAsync() => RunAsync(Tools.Require("nft", "nftables"), "flush", "ruleset");

    /// <summary>The program and arguments that run a program in a namespace.</summary>
    public static (string Program, string[] Arguments) In(string name, params string[] command) => (Ip, ["netns", "exec", name, .. command]);

    /// <summary>A socket of the builder's namespace: a socket belongs to that of the thread that makes it.</summary>
    public Socket OpenSocket()
    {
        Socket? socket = null;
        var thread = new Thread(() =>
        {
            using var file = File.OpenHandle($"/run/netns/{Builder}");
            Assert.Equal(0, SetNamespace(file.DangerousGetHandle().ToInt32(), NetworkNamespace));
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        });
        thread.Start();
        thread.Join();
        return socket!;
    }

    /// <summary>Waits until something at the guest's address takes connections.</summary>
    public async Task ListeningAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var socket = OpenSocket();
            try
            {
                await socket.ConnectAsync(GuestAddress, port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { Builder, Guest }) await Tools.RunAsync(Ip, "netns", "delete", name);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        var (run, all) = In(Guest, [program, .. arguments]);
        var (exitCode, output) = await Tools.RunAsync(run, all);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}");
    }

    [LibraryImport("libc", EntryPoint = "setns")]
    private static partial int SetNamespace(int file, int kind);
}
