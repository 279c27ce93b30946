namespace ImageOperator.Testing.Servers;

/// <summary>Which parts run, and from where.</summary>
internal sealed record ControlPlaneOptions
{
    /// <summary>The tree whose CRDs and roles are installed.</summary>
    public required string Repository { get; init; }

    /// <summary>Holds kube-apiserver and kube-controller-manager.</summary>
    public required string Binaries { get; init; }

    public required string Etcd { get; init; }

    /// <summary>Also the controller manager: garbage collection, token secrets, and their load.</summary>
    public bool Controllers { get; init; }

    /// <summary>The server writes down every request, with who made it.</summary>
    public bool Audit { get; init; }

    /// <summary>What is there; null and the reason where something is missing.</summary>
    public static (ControlPlaneOptions? Options, string? Missing) Find(string baseDirectory)
    {
        var root = new DirectoryInfo(baseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ImageOperator.sln"))) root = root.Parent;
        if (root is null) return (null, "there is no ImageOperator.sln above the program");
        var cache = Variable("IMAGEOPERATOR_CACHE") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(Variable("HOME") ?? "/root", ".cache"), "imageoperator");
        var binaries = Path.Combine(cache, "k8s/bin");
        var etcd = (Variable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "etcd")).FirstOrDefault(File.Exists);
        return !File.Exists(Path.Combine(binaries, "kube-apiserver")) || etcd is null
            ? (null, $"needs kube-apiserver in {binaries} (config/dev/cluster/dev-cluster.sh up builds it) and etcd (Debian: etcd-server)")
            : (new() { Repository = root.FullName, Binaries = binaries, Etcd = etcd }, null);
    }

#pragma warning disable RS0030 // Where the machine's tools are is no option of a program.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
#pragma warning restore RS0030
}
