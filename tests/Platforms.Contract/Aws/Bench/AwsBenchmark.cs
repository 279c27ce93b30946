using System.Diagnostics;
using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Communicators.Ssh;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;
using ImageOperator.Platforms.Contract.Tests.Suite;
using ImageOperator.Provisioners;
using Process = System.Diagnostics.Process;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Bench;

/// <summary>
/// The same AMI made by the engine and by Debian's Packer, each on an emulator of its own, with machines that answer over SSH and a cloud that takes its time.
/// <c>make bench-aws</c> runs it.
/// </summary>
[Trait("Category", "Benchmark")]
public sealed class AwsBenchmark(ITestOutputHelper output)
{
    // What a small Linux AMI takes.
    private static readonly CloudTimings Timings = new()
    {
        Start = TimeSpan.FromSeconds(8),
        Stop = TimeSpan.FromSeconds(20),
        Terminate = TimeSpan.FromSeconds(30),
        Image = TimeSpan.FromSeconds(100),
    };

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("ROUNDS"), out var rounds) ? rounds : 2;

    [Fact(Explicit = true)]
    public async Task Compare()
    {
        Func<Task<Figures>>[] peers = [EngineAsync, () => PackerAsync("packer default", null), () => PackerAsync("packer tuned", "2")];
        var all = new List<Figures>();
        // Side by side: each mostly waits.
        for (var round = 0; round < Rounds; round++) all.AddRange(await Task.WhenAll(peers.Select(p => Task.Run(p))));
        output.WriteLine($"cloud: start {Timings.Start.TotalSeconds} s, stop {Timings.Stop.TotalSeconds} s, image {Timings.Image.TotalSeconds} s, end {Timings.Terminate.TotalSeconds} s");
        var ours = Median(all.Where(f => f.Peer == "engine"));
        foreach (var peer in all.GroupBy(f => f.Peer))
        {
            var median = Median(peer);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bench: {peer.Key,-16} {median.Seconds,7:0.0} s  over the cloud's {median.Seconds - Inherent:0.0} s  {median.Calls,4} calls  ours/its {ours.Seconds / median.Seconds:0.00} time, {(double)ours.Calls / median.Calls:0.00} calls"));
            output.WriteLine($"       {string.Join(", ", peer.First().ByAction.OrderByDescending(a => a.Value).Select(a => $"{a.Key} {a.Value}"))}");
        }
    }

    /// <summary>What no builder can do without: the machine's start, its stop, the image.</summary>
    private static double Inherent => (Timings.Start + Timings.Stop + Timings.Image).TotalSeconds;

    private static Figures Median(IEnumerable<Figures> figures)
    {
        var sorted = figures.OrderBy(f => f.Seconds).ToList();
        return sorted[sorted.Count / 2];
    }

    private static async Task<Figures> EngineAsync()
    {
        await using var scene = await Scene.OpenAsync();
        var build = new Case(scene.Site)
        {
            Real = (new SshCommunicatorFactory(TimeProvider.System), ProvisionerFactories.All),
            Template = new()
            {
                Targets = [],
                Communicator = new() { Ssh = new() { User = "root" } },
                Provisioners = [new Provisioner { Name = "write", Shell = new() { Inline = ["echo built > /mnt/motd"] } }],
            },
        };
        var time = Stopwatch.StartNew();
        var outcome = await build.RunAsync(build.NextProcess());
        Assert.Equal((TargetPhase.Succeeded, (string?)null), (outcome!.Status.Phase, outcome.Status.Failure?.Message));
        return scene.Figures("engine", time.Elapsed);
    }

    private static async Task<Figures> PackerAsync(string name, string? delay)
    {
        await using var scene = await Scene.OpenAsync();
        using var server = new CloudServer(scene.Site.Cloud);
        var folder = Directory.CreateTempSubdirectory("imageoperator-packer-").FullName;
        var file = Path.Combine(folder, "packer.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "builders": [{
                "type": "amazon-ebs", "access_key": "testing", "secret_key": "testing", "region": "{{AwsSite.Region}}",
                "custom_endpoint_ec2": "http://127.0.0.1:{{server.Port}}", "skip_credential_validation": true, "skip_metadata_api_check": true, "skip_region_validation": true,
                "source_ami": "{{scene.SourceImage}}", "instance_type": "t3.small", "subnet_id": "{{scene.Subnet}}", "ssh_interface": "private_ip", "ssh_username": "root",
                "ami_name": "packer-{{Guid.NewGuid()}}"
              }],
              "provisioners": [{"type": "shell", "inline": ["echo built > /mnt/motd"]}]
            }
            """);
        var start = new ProcessStartInfo("/usr/bin/packer", ["build", "-color=false", file]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        start.Environment["PACKER_CONFIG_DIR"] = folder;
        if (delay is not null) (start.Environment["AWS_POLL_DELAY_SECONDS"], start.Environment["AWS_MAX_ATTEMPTS"]) = (delay, "300");
        var time = Stopwatch.StartNew();
        using var packer = Process.Start(start)!;
        var said = packer.StandardOutput.ReadToEndAsync();
        var complaint = await packer.StandardError.ReadToEndAsync();
        await packer.WaitForExitAsync();
        Assert.True(packer.ExitCode == 0, await said + complaint);
        Directory.Delete(folder, recursive: true);
        return scene.Figures(name, time.Elapsed);
    }

    private sealed record Figures(string Peer, double Seconds, int Calls, IReadOnlyDictionary<string, int> ByAction);

    /// <summary>An emulator, an account and machines for one run.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly Moto _moto = new();
        private readonly SshMachines _machines = new();

        public AwsSite Site { get; private set; } = null!;

        public string Subnet { get; private set; } = "";

        public string SourceImage { get; private set; } = "";

        public static async Task<Scene> OpenAsync()
        {
            var scene = new Scene();
            await scene._moto.InitializeAsync();
            scene.Site = new AwsSite(scene._moto, TimeProvider.System);
            scene.Subnet = await scene.Site.LoopbackSubnetAsync();
            scene.SourceImage = await scene.Site.ImageAsync("amzn2-ami-hvm-2.0.*");
            scene.Site.Aws = scene.Site.Aws with
            {
                Network = new() { SubnetIds = [scene.Subnet], Address = AwsAddress.Private },
                Source = new() { Id = scene.SourceImage },
                Image = new() { Name = "bench" },
                Tags = null,
            };
            (scene.Site.Cloud.Host, scene.Site.Cloud.Timings) = (scene._machines, Timings);
            return scene;
        }

        public Figures Figures(string peer, TimeSpan time) => new(
            peer, time.TotalSeconds, Site.Cloud.Calls.Count, Site.Cloud.Calls.GroupBy(c => c.Split(':')[1]).ToDictionary(c => c.Key, c => c.Count()));

        public async ValueTask DisposeAsync()
        {
            await _machines.DisposeAsync();
            await _moto.DisposeAsync();
        }
    }
}
