using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ImageOperator.Benchmarks.Peers;
using ImageOperator.Communicators.Ssh;

namespace ImageOperator.Benchmarks.Transfers;

/// <summary>Copies to and from a real sshd, beside scp, sftp, tar over ssh and Packer, in turn in one run. Files stand in memory, so that no disk is measured.</summary>
internal static class TransferBenchmark
{
    private const string Ours = "ImageOperator";
    private const string Tar = "tar | ssh";
    private const string Packer = "packer";
    private const string PackerEmpty = "packer, empty";

    public static async Task<int> RunAsync(int runs)
    {
        var folder = Directory.CreateDirectory($"/dev/shm/io-transfers-{Environment.ProcessId}").FullName;
        try
        {
            await MeasureAsync(folder, runs).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int runs)
    {
        var credentials = new SshCommunicatorFactory(TimeProvider.System).CreateCredentials(new() { Ssh = new() { User = "root" } });
        // Packer 1.6.6 knows no ed25519.
        await ToolAsync("ssh-keygen", "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", $"{folder}/login").ConfigureAwait(false);
        await ToolAsync("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", $"{folder}/host_ecdsa").ConfigureAwait(false);
        var accepted = credentials.PublicKey + "\n" + await File.ReadAllTextAsync($"{folder}/login.pub").ConfigureAwait(false);
        using var server = await TransferServer.StartAsync(folder, credentials.HostPrivateKey, accepted).ConfigureAwait(false);
        await File.WriteAllTextAsync($"{folder}/known_hosts", $"[127.0.0.1]:{server.Port} {credentials.HostPublicKey}\n").ConfigureAwait(false);

        var one = MakeFiles(folder, "one", 1, 256 << 20);
        var many = MakeFiles(folder, "many", 2000, 4096);
        TransferCase[] cases =
        [
            new("256 MB up", one, $"{folder}/target", Up: true), new("256 MB down", one, $"{folder}/target", Up: false),
            new("2,000 files up", many, $"{folder}/target", Up: true), new("2,000 files down", many, $"{folder}/target", Up: false),
        ];
        var peers = new TransferPeers(folder, server.Port, credentials).All;
        foreach (var copy in cases) Print(copy, await MeasureAsync(copy, peers, runs).ConfigureAwait(false));
        Console.WriteLine($"\nload average at the end: {(await File.ReadAllTextAsync("/proc/loadavg").ConfigureAwait(false)).Trim()}; {Environment.ProcessorCount} processors");
    }

    private static async Task<Dictionary<string, List<double>>> MeasureAsync(TransferCase copy, IReadOnlyList<TransferPeer> peers, int runs)
    {
        var times = peers.ToDictionary(p => p.Name, _ => new List<double>(), StringComparer.Ordinal);
        // The first round does not count: caches, and our own compiler.
        for (var round = 0; round <= runs; round++)
        {
            for (var i = 0; i < peers.Count; i++)
            {
                var peer = peers[(round + i) % peers.Count];
                if (Directory.Exists(copy.Target)) Directory.Delete(copy.Target, recursive: true);
                Directory.CreateDirectory(copy.Target);
                var clock = Stopwatch.StartNew();
                if (!peer.Can(copy)) continue;
                await peer.Run(copy).ConfigureAwait(false);
                if (round > 0) times[peer.Name].Add(clock.Elapsed.TotalSeconds);
                if (peer.Name != PackerEmpty) Check(copy, peer.Name);
            }
        }

        return times;
    }

    private static void Check(TransferCase copy, string peer)
    {
        foreach (var file in Directory.GetFiles(copy.Source))
        {
            var there = new FileInfo(Path.Combine(copy.Target, Path.GetFileName(file)));
            if (!there.Exists || there.Length != new FileInfo(file).Length) throw new InvalidOperationException($"{peer} has not copied {file} to {there.FullName}");
        }
    }

    private static void Print(TransferCase copy, Dictionary<string, List<double>> times)
    {
        Console.WriteLine($"\n{copy.Name,-18} {"median",8} {"least",8} {"most",8}");
        foreach (var (name, list) in times.Where(t => t.Value.Count > 0)) Console.WriteLine(Invariant($"{name,-18} {Median(list),7:0.00}s {list.Min(),7:0.00}s {list.Max(),7:0.00}s"));
        Console.WriteLine(Invariant($"ImageOperator / tar | ssh: {Median(times[Ours]) / Median(times[Tar]):0.00} x (target 1.2)"));
        if (times[Packer].Count == 0) Console.WriteLine("packer             cannot copy a folder from the machine");
        else Console.WriteLine(Invariant($"packer / ImageOperator: {Median(times[Packer]) / Median(times[Ours]):0.0} x; without packer's start {(Median(times[Packer]) - Median(times[PackerEmpty])) / Median(times[Ours]):0.0} x{(copy.File is null ? " (target 3)" : "")}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string MakeFiles(string folder, string name, int count, int size)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        for (var i = 0; i < count; i++) File.WriteAllBytes(Path.Combine(path, $"file-{i}"), RandomNumberGenerator.GetBytes(size));
        return path;
    }

    private static async Task ToolAsync(string program, params string[] arguments) => await ChildProcess.RunAsync(program, arguments, new Dictionary<string, string>(), CancellationToken.None).ConfigureAwait(false);
}
