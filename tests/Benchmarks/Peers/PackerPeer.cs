namespace ImageOperator.Benchmarks.Peers;

/// <summary>Packer with its qemu builder.</summary>
internal sealed class PackerPeer(string name, string bootWait, BenchmarkOptions options) : IPeer
{
    public string Name => name;

    public async Task<Run> RunAsync(CancellationToken cancellationToken)
    {
        var output = Path.Combine(options.Work, "out-packer");
        if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
        string[] arguments =
        [
            "build", "-color=false",
            "-var", $"base={Path.Combine(options.Work, "base.qcow2")}",
            "-var", $"key={Path.Combine(options.Work, "login")}",
            "-var", $"seed={Path.Combine(options.Work, "seed.iso")}",
            "-var", $"files={Path.Combine(options.Work, "files")}",
            "-var", $"out={output}",
            "-var", $"boot_wait={bootWait}",
            Path.Combine(options.Work, "packer.pkr.hcl"),
        ];
        var environment = new Dictionary<string, string>
        {
            ["CHECKPOINT_DISABLE"] = "1",
            ["PACKER_CACHE_DIR"] = Path.Combine(options.Work, "packer-cache"),
            ["PACKER_CONFIG_DIR"] = Path.Combine(options.Work, "packer-config"),
        };
        var (seconds, _, _) = await ChildProcess.RunAsync("packer", arguments, environment, cancellationToken).ConfigureAwait(false);
        return new(seconds, new Dictionary<string, double>());
    }
}
