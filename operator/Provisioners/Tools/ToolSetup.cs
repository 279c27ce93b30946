using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Packages;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Tools;

/// <summary>Makes sure that a tool is on the machine.</summary>
internal static class ToolSetup
{
    /// <returns>The tool and its version: "lynis 3.0.8".</returns>
    public static async Task<string> EnsureAsync(
        ProvisionContext context, ToolInstaller? installer, string command, IReadOnlyList<string> packages, CancellationToken cancellationToken, string versionOption = "--version")
    {
        if (await FindAsync(context, command, versionOption, cancellationToken).ConfigureAwait(false) is { } found) return found;
        if (installer is null)
            throw new StepException($"{command} is not on the machine", 127, packages.Count > 0 ? "set installer: {} to install it, or install it in a step before" : "set installer with packages or a script, or install it in a step before");
        context.Progress($"installing {command}");
        if (installer.Script is not null) await RunAsync(context, installer.Script, cancellationToken).ConfigureAwait(false);
        else await new PackagesStep(new() { Install = installer.Packages ?? packages }).RunAsync(context, cancellationToken).ConfigureAwait(false);
        return await FindAsync(context, command, versionOption, cancellationToken).ConfigureAwait(false)
            ?? throw new StepException($"{command} is not on the machine although its installer ran", 127, "does installer name the right packages for this system?");
    }

    private static async Task<string?> FindAsync(ProvisionContext context, string command, string versionOption, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string> { ["IO_TOOL"] = command, ["IO_VERSION"] = versionOption };
        var answer = await GuestScript.RunAsync(context, "have-tool.sh", settings, cancellationToken).ConfigureAwait(false);
        answer.Require("done");
        return answer.Find("path") is null ? null : $"{command} {answer.Find("version")}".TrimEnd();
    }

    private static async Task RunAsync(ProvisionContext context, string file, CancellationToken cancellationToken)
    {
        var source = new ScriptSource(null, file);
        var script = new Script(await source.ReadAsync(context.Folders.Workspace, cancellationToken).ConfigureAwait(false)) { AsRoot = true };
        var watch = new SudoWatch(context.Output);
        var result = await context.Communicator.ExecuteAsync(ScriptCommand.Create(script), watch.Take, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0) throw new StepException($"installer.script: {source.Name} ended with exit code {result.ExitCode}", result.ExitCode, ScriptHints.For(script, result.ExitCode, watch));
    }
}
