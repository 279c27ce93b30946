using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Tests;

/// <summary>Runs a step in folders of its own.</summary>
internal sealed class Step : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("io-step-").FullName;

    public Step() => Directory.CreateDirectory(Folders.Workspace);

    public BuildFolders Folders => new(Path.Combine(_root, "workspace"), Path.Combine(_root, "scratch"), Path.Combine(_root, "cache"), Path.Combine(_root, "downloads"));

    public List<string> Output { get; } = [];

    public string AddFile(string name, string content)
    {
        var path = Path.Combine(Folders.Workspace, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public Task<int?> RunAsync(ICommunicator machine, ShellProvisioner shell) => RunAsync(machine, new Provisioner { Name = "step", Shell = shell });

    public Task<int?> RunAsync(ICommunicator machine, FileProvisioner file) => RunAsync(machine, new Provisioner { Name = "step", File = file });

    public Task<int?> RunAsync(ICommunicator machine, Provisioner provisioner) =>
        ProvisionerFactories.All.Single(factory => factory.Kind == StepKind.Of(provisioner)!.Name).Create(provisioner)
            .RunAsync(new ProvisionContext(machine, Folders, (stream, line) => Output.Add(stream == OutputStream.Stderr ? $"! {line}" : line)), TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
