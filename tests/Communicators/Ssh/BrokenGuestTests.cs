using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Communicators.Ssh.Tests.Servers;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Guests that are broken on the way to a login, in networks of their own; each is told by its reason.</summary>
public sealed class BrokenGuestTests : IAsyncLifetime
{
    private LabBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await LabBench.CreateAsync();

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData("unreachable")]
    [InlineData("prohibit")]
    public async Task RouteThatRefuses_IsNoRoute(string kind)
    {
        await LabNetwork.IpAsync($"-n {_bench.Network.Builder} route add {kind} 10.98.0.9");
        await _bench.FailsAsync(ConnectionReason.NoRoute, "no route to 10.98.0.9:22", host: "10.98.0.9");
    }

    [Fact]
    public async Task NoRouteAtAll_IsNoRoute() => await _bench.FailsAsync(ConnectionReason.NoRoute, "no route to 10.97.0.9:22", host: "10.97.0.9");

    [Fact]
    public async Task NameThatDoesNotResolve_IsNameUnknown() => await _bench.FailsAsync(ConnectionReason.NameUnknown, "guest.invalid does not resolve", host: "guest.invalid");

    [Fact]
    public async Task FirewallThatDrops_IsNoAnswer()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await _bench.Network.FilterAsync("tcp dport 22 drop");
        await _bench.FailsAsync(ConnectionReason.NoAnswer, "does not answer");
    }

    [Fact]
    public async Task RouteThatDrops_IsNoAnswer()
    {
        await LabNetwork.IpAsync($"-n {_bench.Network.Guest} route add blackhole {LabNetwork.BuilderAddress}");
        await _bench.FailsAsync(ConnectionReason.NoAnswer, "does not answer");
    }

    [Fact]
    public async Task NoServer_IsRefused() => await _bench.FailsAsync(ConnectionReason.Refused, "refuses connections");

    [Fact]
    public async Task FirewallThatRejects_IsRefused()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await _bench.Network.FilterAsync("tcp dport 22 reject with tcp reset");
        await _bench.FailsAsync(ConnectionReason.Refused, "refuses connections");
    }

    [Fact]
    public async Task HttpServer_IsOtherService()
    {
        // It waits for us to speak first, as an overloaded SSH server seems to.
        var busybox = Tools.Require("busybox", "busybox-static");
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Server = $"exec {busybox} httpd -f -p 22 -h $lab" });
        await _bench.FailsAsync(ConnectionReason.OtherService, "HTTP/1.");
    }

    [Fact]
    public async Task TelnetServer_IsOtherService()
    {
        var busybox = Tools.Require("busybox", "busybox-static");
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Server = $"exec {busybox} telnetd -F -p 22 -l /bin/sh" });
        await _bench.FailsAsync(ConnectionReason.OtherService, "no SSH server: greeted by us it said");
    }

    [Fact]
    public async Task ServerThatHangs_IsNoGreeting()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await guest.StopServerAsync();
        await _bench.FailsAsync(ConnectionReason.NoGreeting, "does not greet");
    }

    [Fact]
    public async Task OldAlgorithms_AreNoCommonAlgorithm()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Config = "KexAlgorithms diffie-hellman-group14-sha1" });
        await _bench.FailsAsync(ConnectionReason.NoCommonAlgorithm, "diffie-hellman-group14-sha1");
    }

    [Fact]
    public async Task OtherHostKey_IsWrongHostKey()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { HostKey = Sessions.NewCredentials().HostPrivateKey });
        await _bench.FailsAsync(ConnectionReason.WrongHostKey, "not pinned: SHA256:");
    }

    [Fact]
    public async Task HostKeyOfAnotherType_IsNoHostKey()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { HostKey = (await LabKeys.CreateAsync(Path.GetTempPath(), "rsa")).Private };
        await guest.StartAsync();
        await _bench.FailsAsync(ConnectionReason.NoHostKey, "no host key of a pinned type");
    }

    [Fact]
    public async Task KeyThatIsNotAccepted_IsLoginRefused()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { AcceptedKey = Sessions.NewCredentials().PublicKey });
        await _bench.FailsAsync(ConnectionReason.LoginRefused, "refuses the login of builder");
    }

    [Fact]
    public async Task WrongPassword_IsLoginRefused()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { AcceptedKey = "", Password = "right", Config = "PasswordAuthentication yes" });
        await _bench.FailsAsync(ConnectionReason.LoginRefused, "refuses the login of builder", LabBench.Settings() with { Password = _bench.Secrets.Add("wrong") });
    }

    [Fact]
    public async Task LockedUser_IsLoginRefused()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Password = "secret", Shadow = "!{0}:19000:0:99999:7:::" });
        var error = await _bench.FailsAsync(ConnectionReason.LoginRefused, "refuses the login of builder");
        Assert.Contains("passwd -S builder", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredAccount_IsAccountClosed()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Password = "secret", Shadow = "{0}:19000:0:99999:7::1:", Config = "UsePAM yes" });
        await _bench.FailsAsync(ConnectionReason.AccountClosed, "broke off during the login of builder");
    }

    [Fact]
    public async Task NologinShell_IsShellExits()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Shell = "/usr/sbin/nologin" });
        await _bench.FailsAsync(ConnectionReason.ShellExits, "This account is currently not available.");
    }

    [Fact]
    public async Task ForcedCommand_IsShellExits()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Config = "ForceCommand echo only the menu; exit 42" });
        await _bench.FailsAsync(ConnectionReason.ShellExits, "exit code 42 and said \"only the menu\"");
    }

    [Fact]
    public async Task NoSessions_IsCommandsDenied()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Config = "MaxSessions 0" });
        await _bench.FailsAsync(ConnectionReason.CommandsDenied, "opens no channel");
    }

    [Fact]
    public async Task CertificateThatExpired_IsCertificateExpired()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials);
        var (key, line) = await LabKeys.CreateAsync(guest.Folder, "ed25519");
        var (authority, _) = await LabKeys.CreateAsync(guest.Folder, "ed25519");
        await guest.StartAsync();
        _bench.Credentials = _bench.Credentials with { PrivateKey = key };
        var settings = LabBench.Settings() with
        {
            PrivateKey = _bench.Secrets.Add(key),
            Certificate = _bench.Secrets.Add(await LabKeys.SignAsync(guest.Folder, authority, line, LabGuest.User, "-2d:-1d")),
        };
        await _bench.FailsAsync(ConnectionReason.CertificateExpired, "the certificate of builder expired at", settings);
    }

    private static async Task<LabGuest> StartAsync(LabGuest guest)
    {
        await guest.StartAsync();
        return guest;
    }
}
