using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Aws.SessionManager;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Bench;

/// <summary>A file up and down by SSH, straight and through Session Manager's protocol; client, double and SSH server share this machine. <c>make bench-aws</c> runs it.</summary>
[Trait("Category", "Benchmark")]
public sealed class TunnelBenchmark(ITestOutputHelper output)
{
    private const int Size = 256 << 20;

    private static readonly IPEndPoint s_machine = new(IPAddress.Parse("127.63.0.1"), 22);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Transfer_StraightAndThroughTheTunnel()
    {
        var factory = new SshCommunicatorFactory(TimeProvider.System);
        var settings = new Communicator { Ssh = new() { User = "root" } };
        var credentials = factory.CreateCredentials(settings);
        await using var machines = new SshMachines();
        var userData = UserData.Write(credentials, TimeProvider.System.GetUtcNow().AddHours(1));
        await machines.StartAsync(new(Tunnel.Instance, "none", s_machine.Address.ToString(), userData, null));
        await using var tunnel = new Tunnel(elsewhere: s_machine);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[Size], Stop);
        try
        {
            foreach (var dialer in new IMachineDialer?[] { null, tunnel.Dialer })
            {
                await using var machine = new Machine(dialer);
                await using var session = await factory.ConnectAsync(new(settings, machine, credentials, new EventLog()), Stop);
                var (up, down) = (await TimeAsync(() => session.UploadAsync(new() { LocalPath = file, RemotePath = "/mnt/file" }, Stop)), await TimeAsync(() => session.DownloadAsync(new() { LocalPath = file + ".back", RemotePath = "/mnt/file" }, Stop)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bench: 256 MiB {(dialer is null ? "straight" : "session manager"),-16} up {up,6:0.0} s ({256 / up:0} MiB/s)  down {down,6:0.0} s ({256 / down:0} MiB/s)"));
            }
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".back");
        }
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var time = Stopwatch.StartNew();
        await work();
        return time.Elapsed.TotalSeconds;
    }

    private sealed class Machine(IMachineDialer? dialer) : IMachine
    {
        public MachineStatus Status { get; } = new() { Id = Tunnel.Instance };

        public MachineEndpoint Endpoint { get; } = new(s_machine.Address.ToString(), s_machine.Port);

        public IMachineDialer? Dialer => dialer;

        public Task<string> Ended { get; } = new TaskCompletionSource<string>().Task;

        public Task WaitUntilReachableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string> ReadConsoleTailAsync(int lines, CancellationToken cancellationToken) => Task.FromResult("");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
