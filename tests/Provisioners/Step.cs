using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Validation;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Tests;

/// <summary>Runs a step in folders of its own.</summary>
internal sealed class Step : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("io-step-").FullName;

    public Step() => Directory.CreateDirectory(Folders.Workspace);

    public BuildFolders Folders => new(Path.Combine(_root, "workspace"), Path.Combine(_root, "scratch"), Path.Combine(_root, "cache"), Path.Combine(_root, "downloads"));

    public List<string> Output { get; } = [];

    public List<string> Progress { get; } = [];

    public StepReport? Report { get; private set; }

    public string Said => string.Join('\n', Output);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Func<ResumeOrder> Order { get; init; } = () => ResumeOrder.Hold;

    public string AddFile(string name, string content)
    {
        var path = Path.Combine(Folders.Workspace, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public Task<int?> RunAsync(ICommunicator machine, ShellProvisioner shell) => RunAsync(machine, new Provisioner { Name = "step", Shell = shell });

    public Task<int?> RunAsync(ICommunicator machine, FileProvisioner file) => RunAsync(machine, new Provisioner { Name = "step", File = file });

    /// <summary>Runs a step as it stands in a template, in JSON; it must be valid.</summary>
    public Task<int?> RunAsync(ICommunicator machine, string json, CancellationToken? cancellationToken = null)
    {
        var step = JsonSerializer.Deserialize<Provisioner>($$"""{"name": "step", {{json}}}""", ApiJson.Strict)!;
        Assert.Empty(ExpandedValidator.Validate(step, "step"));
        return RunAsync(machine, step, cancellationToken);
    }

    public Task<int?> RunAsync(ICommunicator machine, Provisioner provisioner, CancellationToken? cancellationToken = null) =>
        ProvisionerFactories.All.Single(factory => factory.Kind == StepKind.Of(provisioner)!.Name).Create(provisioner)
            .RunAsync(
                new ProvisionContext(machine, Folders, (stream, line) => Take(stream == OutputStream.Stderr ? $"! {line}" : line))
                {
                    Step = provisioner.Name,
                    Time = Time,
                    Progress = Progress.Add,
                    Report = report => Report = report,
                    GetResumeOrderAsync = _ => Task.FromResult(Order()),
                    HowToResume = "say so",
                },
                cancellationToken ?? TestContext.Current.CancellationToken);

    private void Take(string line)
    {
        Output.Add(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
