using System.Text;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Shell;

/// <summary>Runs a script on the machine.</summary>
internal sealed class ShellStep(ShellProvisioner spec) : IProvisioner
{
    private const int LongestName = 60;

    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var script = await ReadScriptAsync(context.Folders.Workspace, cancellationToken).ConfigureAwait(false);
        var watch = new SudoWatch(context.Output);
        var result = await context.Communicator.ExecuteAsync(ShellCommand.Create(spec, script), watch.Take, cancellationToken).ConfigureAwait(false);
        if (spec.ExitCodes.Contains(result.ExitCode)) return result.ExitCode;
        throw new StepException(
            $"{Name} ended with exit code {result.ExitCode}{(spec.ExitCodes is [0] ? "" : $", accepted: {string.Join(", ", spec.ExitCodes)}")}",
            result.ExitCode,
            ShellHints.For(spec, result.ExitCode, watch));
    }

    private string Name
    {
        get
        {
            if (spec.Script is not null) return $"the script {spec.Script}";
            var line = spec.Inline?.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";
            var more = line.Length > LongestName || line.Contains('\n', StringComparison.Ordinal) || spec.Inline?.Count > 1;
            line = line.Split('\n')[0];
            return $"`{(line.Length > LongestName ? line[..LongestName] : line)}{(more ? " …" : "")}`";
        }
    }

    private async Task<byte[]> ReadScriptAsync(string workspace, CancellationToken cancellationToken)
    {
        if (spec.Script is null) return Encoding.UTF8.GetBytes(string.Join('\n', spec.Inline ?? []) + "\n");
        var path = WorkspaceFiles.Find(workspace, spec.Script, "script");
        if (Directory.Exists(path)) throw new StepException($"script: {spec.Script} is a folder of the workspace, not a script", hint: "name the script itself");
        return await System.IO.File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
    }
}
