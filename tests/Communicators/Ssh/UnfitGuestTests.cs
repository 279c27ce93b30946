using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Tests.Lab;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Guests that let us in and are not fit to work in, or that break while they are used.</summary>
public sealed class UnfitGuestTests : IAsyncLifetime
{
    private LabBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await LabBench.CreateAsync();

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Sound_HasNoFindings()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = "echo 'builder ALL=(ALL) NOPASSWD:ALL' > $lab/sudoers; mount --bind $lab/sudoers /etc/sudoers" });
        await using var session = await _bench.ConnectAsync();
        Assert.Empty(await session.ExamineAsync(default));
    }

    [Fact]
    public async Task SudoThatAsks_IsFound()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var error = await Assert.ThrowsAsync<IOException>(() => session.UploadAsync(new() { LocalPath = guest.Write("x", "x", "644"), RemotePath = "/tmp/never", Sudo = true }, default));
        Assert.Contains("a password is required", error.Message, StringComparison.Ordinal);
        await FindsAsync(session, ConnectionReason.SudoAsks, "sudo lets builder do nothing without a password");
    }

    [Fact]
    public async Task FullDisk_IsFound()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = Allowed + "; mkdir $lab/full; mount -t tmpfs -o size=128k,mode=777 tmpfs $lab/full" });
        await using var session = await _bench.ConnectAsync();
        var big = guest.Write("big", new string('x', 200_000), "644");
        var error = await Assert.ThrowsAsync<IOException>(() => session.UploadAsync(new() { LocalPath = big, RemotePath = $"{guest.Folder}/full/big" }, default));
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], (await session.RunAsync($"ls -A {guest.Folder}/full | wc -l")).Stdout);
        await FindsAsync(session, ConnectionReason.DiskFull, $"the file system {guest.Folder}/full has");
    }

    [Fact]
    public async Task NoInodes_AreFound()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = Allowed + "; mount -t tmpfs -o nr_inodes=1 tmpfs /var" });
        await using var session = await _bench.ConnectAsync();
        await FindsAsync(session, ConnectionReason.DiskFull, "the file system /var has no inodes left");
    }

    [Theory]
    [InlineData("-3d", "3 days behind")]
    [InlineData("+400m", "7 hours ahead")]
    public async Task WrongClock_IsFound(string offset, string text)
    {
        var library = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime/libfaketime.so.1")).Single(File.Exists);
        // faketime's semaphores are named by process IDs, which namespaces have the same.
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = Allowed + "; mount -t tmpfs tmpfs /dev/shm", Config = $"SetEnv LD_PRELOAD={library} FAKETIME={offset}" });
        await using var session = await _bench.ConnectAsync();
        await FindsAsync(session, ConnectionReason.ClockWrong, text);
    }

    [Fact]
    public async Task CloudInitThatFailed_IsToldOrFound()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = Allowed + ";" + CloudInit("'{\"v1\": {\"datasource\": \"DataSourceNoCloud\", \"errors\": [\"(scripts_user, RuntimeError())\"]}}'") });
        await _bench.FailsAsync(ConnectionReason.CloudInitFailed, "(scripts_user, RuntimeError())", LabBench.Settings(10) with { CloudInit = new() });
        await using var session = await _bench.ConnectAsync(LabBench.Settings(10) with { CloudInit = new() { OnError = CloudInitErrors.Continue } });
        await FindsAsync(session, ConnectionReason.CloudInitFailed, "(scripts_user, RuntimeError())");
    }

    [Fact]
    public async Task CloudInitThatHangs_IsCloudInitTimeout()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials)
        {
            Setup = "mount -t tmpfs tmpfs /run; mkdir /run/sshd /run/cloud-init; echo '{\"v1\": {\"stage\": \"modules-config\"}}' > /run/cloud-init/status.json",
        });
        await _bench.FailsAsync(
            ConnectionReason.CloudInitTimeout, "not finished within 1s: it is in the stage modules-config", LabBench.Settings(10) with { CloudInit = new() { Timeout = Duration.FromSeconds(1) } });
    }

    [Fact]
    public async Task CloudInitThatFinishesLater_IsWaitedFor()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = $"mount -t tmpfs tmpfs /run; mkdir /run/sshd /run/cloud-init; (sleep 2; {CloudInit("'{\"v1\": {\"errors\": []}}'", mounted: true)}) &" });
        await using var session = await _bench.ConnectAsync(LabBench.Settings(10) with { CloudInit = new() });
        Assert.Equal(0, (await session.RunAsync("test -e /run/cloud-init/result.json")).ExitCode);
    }

    [Fact]
    public async Task GuestWithoutCloudInit_IsNotWaitedFor()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials) { Setup = "mount -t tmpfs tmpfs /run; mkdir /run/sshd" });
        await using var session = await _bench.ConnectAsync(LabBench.Settings(10) with { CloudInit = new() { Timeout = Duration.FromSeconds(5) } });
    }

    [Fact]
    public async Task GuestThatBootsAgainAndAgain_IsRebootLoop()
    {
        // A boot of a namespace: a new boot ID and new processes; the end kills them all.
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials)
        {
            Setup = "mount -t tmpfs tmpfs /run; mkdir /run/sshd /run/cloud-init",
            Server = """
                while :; do
                  cat /proc/sys/kernel/random/uuid > $lab/boot_id
                  timeout -s KILL 1.5 unshare --pid --fork --kill-child --mount --mount-proc sh -c "mount --bind $lab/boot_id /proc/sys/kernel/random/boot_id; exec {sshd} -D -e -f $lab/sshd_config" || :
                done
                """,
        });
        await _bench.FailsAsync(ConnectionReason.RebootLoop, "booted more than 3 times", LabBench.Settings(30) with { CloudInit = new() });
    }

    [Fact]
    public async Task GuestThatDoesNotReboot_IsRebootFailed()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var error = await Assert.ThrowsAsync<ConnectionException>(() => session.RebootAsync(new() { CommandLine = "kill -9 $PPID", Timeout = TimeSpan.FromSeconds(2) }, default));
        Assert.Equal(ConnectionReason.RebootFailed, error.Reason);
        Assert.Contains("still runs in the same boot", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task RebootThatIsNotAllowed_SaysWhy()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var error = await Assert.ThrowsAsync<StepException>(() => session.RebootAsync(new(), default));
        Assert.Contains("a password is required", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NetworkThatGoesAway_IsPeerSilentWithinSeconds()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        var running = session.RunAsync("sleep 30.5");
        await _bench.Network.FilterAsync("tcp dport 22 drop");
        var error = await Assert.ThrowsAsync<ConnectionException>(() => running.WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(ConnectionReason.PeerSilent, error.Reason);
        await _bench.Network.UnfilterAsync();
        Assert.Equal(0, (await session.RunAsync("true")).ExitCode);
    }

    /// <summary>The channel is open, and the command itself is lost: no server has refused it.</summary>
    [Fact]
    public async Task NetworkThatLosesTheCommand_IsPeerSilent()
    {
        await using var guest = await StartAsync(new(_bench.Network, _bench.Credentials));
        await using var session = await _bench.ConnectAsync();
        await _bench.Network.FilterAsync("ip length > 800 tcp dport 22 drop");
        var error = await Assert.ThrowsAsync<ConnectionException>(() => session.RunAsync($"true {new string('x', 1200)}").WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(ConnectionReason.PeerSilent, error.Reason);
    }

    private const string Allowed = "echo 'builder ALL=(ALL) NOPASSWD:ALL' > $lab/sudoers; mount --bind $lab/sudoers /etc/sudoers";

    /// <summary>Puts the file where cloud-init does.</summary>
    private static string CloudInit(string result, bool mounted = false) =>
        (mounted ? "" : "mount -t tmpfs tmpfs /run; mkdir /run/sshd /run/cloud-init; ") + $"echo {result} > /run/cloud-init/result.json.new; mv /run/cloud-init/result.json.new /run/cloud-init/result.json";

    private static async Task FindsAsync(ICommunicator session, ConnectionReason reason, string text)
    {
        var found = Assert.Single(await session.ExamineAsync(default));
        Assert.Equal((reason, ConnectionLayer.Guest), (found.Reason, found.Layer));
        Assert.Contains(text, found.Message, StringComparison.Ordinal);
        Assert.NotNull(found.Hint);
    }

    private static async Task<LabGuest> StartAsync(LabGuest guest)
    {
        await guest.StartAsync();
        return guest;
    }
}
