using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Bastions (real sshd) and proxies (tinyproxy, microsocks) on the way to a guest that the builder has no route to.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    /// <summary>The guest's second address: the builder does not know the way to it.</summary>
    private const string Inner = "10.88.0.2";

    private LabBench _bench = null!;
    private LabGuest _guest = null!;
    private LabGuest _bastion = null!;
    private LabGuest _second = null!;
    private MachineCredentials _machine = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await LabBench.CreateAsync();
        await LabNetwork.IpAsync($"-n {_bench.Network.Guest} address add {Inner}/32 dev lo");
        _machine = _bench.Credentials;
        _guest = new LabGuest(_bench.Network, _machine) { Config = $"ListenAddress {Inner}:22" };
    }

    public async ValueTask DisposeAsync()
    {
        await _guest.DisposeAsync();
        if (_bastion is not null) await _bastion.DisposeAsync();
        if (_second is not null) await _second.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task WithoutAWay_IsNoRoute()
    {
        await _guest.StartAsync();
        await _bench.FailsAsync(ConnectionReason.NoRoute, "no route", host: Inner);
    }

    [Fact]
    public async Task TwoBastions_EachWithItsOwnLogin_Connect()
    {
        await _guest.StartAsync();
        var first = await StartBastionAsync();
        var second = await StartSecondAsync("ListenAddress 10.88.0.2:2022");
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Bastions = [first, second] }, Inner);
        // From loopback, which the connection came by.
        Assert.StartsWith(Inner, (await session.RunAsync("echo $SSH_CONNECTION")).Stdout.Single(), StringComparison.Ordinal);
        var content = new byte[3_000_000];
        Random.Shared.NextBytes(content);
        var file = Path.Combine(_guest.Folder, "big");
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        await session.UploadAsync(new() { LocalPath = file, RemotePath = $"{_guest.Folder}/home/big" }, default);
        await session.DownloadAsync(new() { LocalPath = file + ".back", RemotePath = $"{_guest.Folder}/home/big" }, default);
        Assert.Equal(content, await File.ReadAllBytesAsync(file + ".back", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task BastionThatBreaks_IsLoggedInToAnew()
    {
        await _guest.StartAsync();
        var bastion = await StartBastionAsync();
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Bastions = [bastion] }, Inner);
        await _bench.Network.FilterAsync("tcp dport 2222 drop");
        await Assert.ThrowsAsync<Engine.Failures.ConnectionException>(() => session.RunAsync("sleep 30.5").WaitAsync(TimeSpan.FromSeconds(15)));
        await _bench.Network.UnfilterAsync();
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Theory]
    [InlineData("AllowTcpForwarding no")]
    [InlineData("PermitOpen 10.1.1.1:22")]
    public async Task BastionThatDoesNotForward_IsForwardingDenied(string config)
    {
        await _guest.StartAsync();
        await FailsAsync(ConnectionReason.ForwardingDenied, "bastions[0] does not allow forwarding", await StartBastionAsync(config));
    }

    [Fact]
    public async Task BastionThatFindsThePortClosed_IsRefused()
    {
        var bastion = await StartBastionAsync();
        await _bench.FailsAsync(ConnectionReason.Refused, "seen from bastions[0]: Connection refused", LabBench.Settings() with { Bastions = [bastion] }, Inner);
    }

    [Fact]
    public async Task BastionThatRefusesTheKey_IsItsLoginRefused()
    {
        var bastion = await StartBastionAsync();
        await FailsAsync(ConnectionReason.LoginRefused, "the SSH server of bastions[0] refuses the login of builder", bastion with { PrivateKey = _bench.Secrets.Add(Sessions.NewCredentials().PrivateKey) });
    }

    [Fact]
    public async Task BastionWithAnotherHostKey_IsItsWrongHostKey()
    {
        var bastion = await StartBastionAsync();
        await FailsAsync(ConnectionReason.WrongHostKey, "the SSH server of bastions[0] shows a host key that is not pinned: SHA256:", bastion with { HostKeys = [Sessions.NewCredentials().HostPublicKey] });
    }

    [Fact]
    public async Task BastionThatIsNotThere_IsItsRefused()
    {
        var bastion = await StartBastionAsync();
        await FailsAsync(ConnectionReason.Refused, "10.99.0.2:2223 refuses connections", bastion with { Port = 2223 });
    }

    [Theory]
    [InlineData(SshProxyType.HTTP)]
    [InlineData(SshProxyType.SOCKS5)]
    public async Task Proxy_WithLogin_Connects(SshProxyType type)
    {
        await _guest.StartAsync();
        var proxy = await StartProxyAsync(type);
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Proxy = proxy }, Inner);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task ProxyAndBastion_Connect()
    {
        await _guest.StartAsync();
        var bastion = await StartBastionAsync();
        var proxy = await StartProxyAsync(SshProxyType.SOCKS5);
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Proxy = proxy, Bastions = [bastion] }, Inner);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Theory]
    [InlineData(SshProxyType.HTTP)]
    [InlineData(SshProxyType.SOCKS5)]
    public async Task ProxyThatRefusesTheLogin_IsProxyLoginRefused(SshProxyType type)
    {
        var proxy = await StartProxyAsync(type);
        await FailsAsync(ConnectionReason.ProxyLoginRefused, "the proxy refuses the login of lab", proxy with { Password = _bench.Secrets.Add("wrong") });
        await FailsAsync(ConnectionReason.ProxyLoginRefused, "the proxy", proxy with { Username = null, Password = null });
    }

    [Fact]
    public async Task ProxyWithRules_IsProxyDenied() =>
        await FailsAsync(ConnectionReason.ProxyDenied, "rules do not allow connections to 10.88.0.2:22", await StartProxyAsync(SshProxyType.HTTP, "ConnectPort 443"));

    [Theory]
    [InlineData(SshProxyType.SOCKS5, ConnectionReason.Refused)]
    [InlineData(SshProxyType.HTTP, ConnectionReason.NoAnswer)]
    public async Task ProxyThatFindsThePortClosed_TellsTheMachine(SshProxyType type, ConnectionReason reason) =>
        await _bench.FailsAsync(reason, "10.88.0.2:22", LabBench.Settings() with { Proxy = await StartProxyAsync(type) }, Inner);

    [Fact]
    public async Task ProxyThatIsNone_IsProxyFailed()
    {
        await _guest.StartAsync();
        var bastion = await StartBastionAsync();
        await FailsAsync(ConnectionReason.ProxyFailed, "is no HTTP proxy", new SshProxy { Type = SshProxyType.HTTP, Host = LabNetwork.GuestAddress, Port = bastion.Port });
        await FailsAsync(ConnectionReason.ProxyFailed, "is no SOCKS5 proxy", new SshProxy { Type = SshProxyType.SOCKS5, Host = LabNetwork.GuestAddress, Port = bastion.Port });
    }

    [Fact]
    public async Task ProxyThatIsNotThere_IsItsRefused() =>
        await FailsAsync(ConnectionReason.Refused, "10.99.0.2:3128 refuses connections", new SshProxy { Type = SshProxyType.HTTP, Host = LabNetwork.GuestAddress, Port = 3128 });

    private async Task FailsAsync(ConnectionReason reason, string text, SshBastion bastion) =>
        await _bench.FailsAsync(reason, text, LabBench.Settings() with { Bastions = [bastion] }, Inner, "bastions[0]");

    private async Task FailsAsync(ConnectionReason reason, string text, SshProxy proxy) =>
        await _bench.FailsAsync(reason, text, LabBench.Settings() with { Proxy = proxy }, Inner, "proxy");

    private async Task<SshBastion> StartBastionAsync(string config = "")
    {
        var keys = Sessions.NewCredentials();
        _bastion = new LabGuest(_bench.Network, keys) { Port = 2222, Config = config };
        await _bastion.StartAsync();
        await _bastion.ListeningAsync();
        return new() { Host = LabNetwork.GuestAddress, Port = 2222, User = LabGuest.User, PrivateKey = _bench.Secrets.Add(keys.PrivateKey), HostKeys = [keys.HostPublicKey] };
    }

    private async Task<SshBastion> StartSecondAsync(string config)
    {
        var keys = Sessions.NewCredentials();
        _second = new LabGuest(_bench.Network, keys) { Port = 2022, Config = config + "\nPasswordAuthentication yes", AcceptedKey = "", Password = "second" };
        await _second.StartAsync();
        return new() { Host = Inner, Port = 2022, User = LabGuest.User, Password = _bench.Secrets.Add("second"), HostKeys = [keys.HostPublicKey] };
    }

    private async Task<SshProxy> StartProxyAsync(SshProxyType type, string config = "")
    {
        const int Port = 3128;
        // Its processes go with the guest.
        if (type == SshProxyType.HTTP)
        {
            var file = _guest.Write("tinyproxy.conf", $"Port {Port}\nListen {LabNetwork.GuestAddress}\nTimeout 60\nMaxClients 20\nBasicAuth lab secret\n{config}\n", "644");
            _guest.Run(_bench.Network.Guest, Tools.Require("tinyproxy", "tinyproxy-bin"), "-d", "-c", file);
        }
        else
        {
            _guest.Run(_bench.Network.Guest, Tools.Require("microsocks", "microsocks"), "-i", LabNetwork.GuestAddress, "-p", $"{Port}", "-u", "lab", "-P", "secret");
        }

        await _bench.Network.ListeningAsync(Port);
        return new() { Type = type, Host = LabNetwork.GuestAddress, Port = Port, Username = "lab", Password = _bench.Secrets.Add("secret") };
    }
}
