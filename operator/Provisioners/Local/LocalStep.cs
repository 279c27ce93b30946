using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Local;

/// <summary>Runs a script where the builder runs.</summary>
internal sealed class LocalStep(LocalProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var source = new ScriptSource(spec.Inline, spec.Script);
        var workspace = context.Folders.Workspace;
        using var folder = new ScratchFolder(context.Folders.Scratch, "local");
        var script = new Script(await source.ReadAsync(workspace, cancellationToken).ConfigureAwait(false))
        {
            Environment = spec.Environment,
            Args = spec.Args,
            Interpreter = spec.Interpreter,
            // A template without a workspace has no folder of it.
            WorkingDirectory = spec.WorkingDirectory is null ? Directory.Exists(workspace) ? workspace : folder.Path : WorkspaceFiles.Find(workspace, spec.WorkingDirectory, "workingDirectory"),
        };
        var exitCode = await new LocalProcess("/bin/sh", ["-c", ScriptCommand.Create(script).CommandLine])
        {
            StandardInput = ScriptCommand.Create(script).StandardInput,
            Environment = new Dictionary<string, string> { ["TMPDIR"] = folder.Path, ["HOME"] = folder.Path },
            Time = context.Time,
        }.RunAsync(context.Output, cancellationToken).ConfigureAwait(false);
        if (spec.ExitCodes.Contains(exitCode)) return exitCode;
        throw new StepException($"{source.Name} ended with exit code {exitCode} on the builder", exitCode, exitCode switch
        {
            126 or 127 => "it runs in the builder's container, not on the machine: is the program there?",
            _ => null,
        });
    }
}
