using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>The ways to log in, and the host keys that are accepted, with OpenSSH's own tools on the other side.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private LabBench _bench = null!;
    private string _folder = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await LabBench.CreateAsync();
        _folder = Directory.CreateTempSubdirectory("io-login-").FullName;
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("ed25519", "")]
    [InlineData("ed25519", "open sesame")]
    [InlineData("rsa", "open sesame", "-b", "3072")]
    [InlineData("rsa", "", "-m", "PEM", "-b", "3072")]
    [InlineData("ecdsa", "open sesame", "-b", "384")]
    public async Task GivenKey_LogsIn(string type, string passphrase, params string[] more)
    {
        var (key, line) = await LabKeys.CreateAsync(_folder, type, passphrase, more);
        var settings = LabBench.Settings(20) with
        {
            PrivateKey = _bench.Secrets.Add(key),
            Passphrase = passphrase.Length > 0 ? _bench.Secrets.Add(passphrase + "\n") : null,
        };
        _bench.Credentials = _bench.Factory.CreateCredentials(new() { Ssh = settings });
        Assert.Equal(line.Split(' ')[..2], _bench.Credentials.PublicKey.Split(' ')[..2]);
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials);
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync(settings);
        Assert.Equal(["builder"], (await session.RunAsync("id -un")).Stdout);
    }

    [Theory]
    [InlineData("wrong", "ed25519")]
    [InlineData("", "ed25519")]
    public async Task WrongPassphrase_IsKeyUnusable(string passphrase, string type)
    {
        var (key, _) = await LabKeys.CreateAsync(_folder, type, "right");
        var settings = LabBench.Settings() with { PrivateKey = _bench.Secrets.Add(key), Passphrase = passphrase.Length > 0 ? _bench.Secrets.Add(passphrase) : null };
        AssertUnusable(settings);
    }

    [Fact]
    public void TextThatIsNoKey_IsKeyUnusable() => AssertUnusable(LabBench.Settings() with { PrivateKey = _bench.Secrets.Add("ssh-ed25519 AAAA the public one") });

    [Fact]
    public void SecretThatIsMissing_IsKeyUnusable() =>
        AssertUnusable(LabBench.Settings() with { PrivateKey = new() { SecretKeyRef = new() { Name = "nowhere", Key = "key" } } }, "the key key of Secret nowhere is not there");

    [Fact]
    public async Task Certificate_LogsIn()
    {
        var (key, line) = await LabKeys.CreateAsync(_folder, "ed25519");
        await LogsInWithCertificateAsync(key, line);
    }

    /// <summary>SSH.NET drops a leading 0xff byte of the key that a certificate is for.</summary>
    [Fact]
    public async Task CertificateOfAKeyThatBeginsWith0xff_LogsIn()
    {
        Ed25519KeyPair pair;
        do pair = Ed25519KeyPair.Create("lab");
        while (Ed25519KeyPair.BlobOf(pair.PublicLine)[^32..] is not [0xff, >= 0x80, ..]);
        await LogsInWithCertificateAsync(pair.PrivatePem, pair.PublicLine);
    }

    [Fact]
    public async Task CertificateOfAnotherKey_IsKeyUnusable()
    {
        var (key, _) = await LabKeys.CreateAsync(_folder, "ed25519");
        var (authority, line) = await LabKeys.CreateAsync(_folder, "ed25519");
        var certificate = await LabKeys.SignAsync(_folder, authority, line, LabGuest.User, "-1h:+1h");
        AssertUnusable(LabBench.Settings() with { PrivateKey = _bench.Secrets.Add(key), Certificate = _bench.Secrets.Add(certificate) }, "another key");
    }

    [Fact]
    public async Task CertificateForAnother_IsLoginRefused()
    {
        var (key, line) = await LabKeys.CreateAsync(_folder, "ed25519");
        var (authority, authorityLine) = await LabKeys.CreateAsync(_folder, "ed25519");
        var settings = LabBench.Settings() with
        {
            PrivateKey = _bench.Secrets.Add(key),
            Certificate = _bench.Secrets.Add(await LabKeys.SignAsync(_folder, authority, line, "somebody", "-1h:+1h")),
        };
        _bench.Credentials = _bench.Factory.CreateCredentials(new() { Ssh = settings });
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { AcceptedKey = "", Config = "TrustedUserCAKeys $lab/authority" };
        guest.Write("authority", authorityLine + "\n", "644");
        await guest.StartAsync();
        await _bench.FailsAsync(ConnectionReason.LoginRefused, "refuses the login of builder", settings);
    }

    [Theory]
    [InlineData("PasswordAuthentication yes")]
    [InlineData("KbdInteractiveAuthentication yes\nUsePAM yes")]
    public async Task Password_LogsIn(string config)
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { AcceptedKey = "", Password = "pass word", Config = config };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Password = _bench.Secrets.Add("pass word\n") });
        Assert.Equal(["builder"], (await session.RunAsync("id -un")).Stdout);
    }

    [Theory]
    [InlineData("made by it", null, true)]
    [InlineData("made by it", "given", false)]
    [InlineData("given", "given", true)]
    public async Task PasswordOfTheMachine_LogsIn_WhereNoneIsGiven(string accepted, string? given, bool succeeds)
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { AcceptedKey = "", Password = accepted, Config = "PasswordAuthentication yes" };
        await guest.StartAsync();
        _bench.MachinePassword = "made by it";
        var settings = LabBench.Settings(succeeds ? 20 : 2) with { Password = given is null ? null : _bench.Secrets.Add(given) };
        if (!succeeds)
        {
            await _bench.FailsAsync(ConnectionReason.LoginRefused, "refuses the login", settings);
            return;
        }

        await using var session = await _bench.ConnectAsync(settings);
        Assert.Equal(["builder"], (await session.RunAsync("id -un")).Stdout);
    }

    [Fact]
    public async Task KeyAndPassword_BothAsked_LogsIn()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { Password = "secret", Config = "PasswordAuthentication yes\nAuthenticationMethods publickey,password" };
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { Password = _bench.Secrets.Add("secret") });
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Theory]
    [InlineData("rsa", true)]
    [InlineData("rsa", false)]
    [InlineData("ecdsa", true)]
    [InlineData("ed25519", false)]
    public async Task GivenHostKey_IsAccepted(string type, bool fingerprint)
    {
        var (key, line) = await LabKeys.CreateAsync(_folder, type);
        // A second key that is not pinned: the server shows the one of the type that it is asked for.
        var other = await LabKeys.CreateAsync(_folder, type == "ed25519" ? "rsa" : "ed25519");
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { HostKey = key, Config = "HostKey $lab/other_key" };
        guest.Write("other_key", other.Private, "600");
        await guest.StartAsync();
        var pinned = fingerprint ? await LabKeys.FingerprintAsync(_folder, line) : line;
        await using var session = await _bench.ConnectAsync(LabBench.Settings(20) with { HostKeys = [pinned] });
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task FingerprintOfAnother_IsWrongHostKey()
    {
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { HostKey = (await LabKeys.CreateAsync(_folder, "rsa")).Private };
        await guest.StartAsync();
        var other = await LabKeys.FingerprintAsync(_folder, (await LabKeys.CreateAsync(_folder, "rsa")).Public);
        await _bench.FailsAsync(ConnectionReason.WrongHostKey, "not pinned", LabBench.Settings() with { HostKeys = [other] });
    }

    private async Task LogsInWithCertificateAsync(string key, string line)
    {
        var (authority, authorityLine) = await LabKeys.CreateAsync(_folder, "ed25519");
        var settings = LabBench.Settings(20) with
        {
            PrivateKey = _bench.Secrets.Add(key),
            Certificate = _bench.Secrets.Add(await LabKeys.SignAsync(_folder, authority, line, LabGuest.User, "-1h:+1h")),
        };
        _bench.Credentials = _bench.Factory.CreateCredentials(new() { Ssh = settings });
        await using var guest = new LabGuest(_bench.Network, _bench.Credentials) { AcceptedKey = "", Config = "TrustedUserCAKeys $lab/authority" };
        guest.Write("authority", authorityLine + "\n", "644");
        await guest.StartAsync();
        await using var session = await _bench.ConnectAsync(settings);
        Assert.Equal(["builder"], (await session.RunAsync("id -un")).Stdout);
    }

    private void AssertUnusable(Api.ImageTemplates.SshCommunicator settings, string text = "the given key of builder cannot be used")
    {
        var error = Assert.Throws<ConnectionException>(() => _bench.Factory.CreateCredentials(new() { Ssh = settings }));
        Assert.Equal(ConnectionReason.KeyUnusable, error.Reason);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }
}
