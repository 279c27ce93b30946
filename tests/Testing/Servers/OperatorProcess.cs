using ImageOperator.Testing.Processes;

namespace ImageOperator.Testing.Servers;

/// <summary>image-operator as it is built, a process of its own, with the account and rights that it has in a cluster.</summary>
internal sealed class OperatorProcess : IDisposable
{
    private readonly Dictionary<string, string> environment;
    private readonly string program;

    private OperatorProcess(string name, string program, Dictionary<string, string> environment, string folder)
    {
        (Name, this.program, this.environment) = (name, program, environment);
        Log = Path.Combine(folder, $"operator-{name}.log");
        Process = Start();
    }

    public string Name { get; }

    public string Log { get; }

    public ChildProcess Process { get; private set; }

    /// <summary>Starts one. Settings are the operator's own, such as <c>LeaderElection:Enabled</c>; variables are the process's.</summary>
    public static async Task<OperatorProcess> StartAsync(
        ControlPlane plane, string program, string name, IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        var kubeconfig = plane.WriteKubeconfig($"operator-{name}", await Manifests.OperatorTokenAsync(plane.Http));
        var environment = new Dictionary<string, string>
        {
            ["IMAGEOPERATOR_Kubeconfig"] = kubeconfig,
            ["IMAGEOPERATOR_HealthPort"] = "0",
            ["IMAGEOPERATOR_Builder__Image"] = "image-builder:double",
            ["IMAGEOPERATOR_LeaderElection__Enabled"] = "true",
            ["IMAGEOPERATOR_LeaderElection__Namespace"] = Manifests.OperatorNamespace,
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>()) environment[$"IMAGEOPERATOR_{key.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        foreach (var (key, value) in variables ?? new Dictionary<string, string>()) environment[key] = value;
        return new(name, program, environment, plane.Folder);
    }

    /// <summary>As the kubelet does after a crash.</summary>
    public void Restart()
    {
        Process.Dispose();
        Process = Start();
    }

    public bool HasLogged(string text) => Logged(text) > 0;

    /// <summary>How many lines have the text.</summary>
    public int Logged(string text)
    {
        if (!File.Exists(Log)) return 0;
        using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var count = 0;
        while (reader.ReadLine() is { } line) count += line.Contains(text, StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    public void Dispose() => Process.Dispose();

    private ChildProcess Start() => ChildProcess.Start(Log, environment, "dotnet", program);
}
