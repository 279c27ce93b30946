using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Shell;

/// <summary>Runs a script on the machine.</summary>
internal sealed class ShellStep(ShellProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var source = new ScriptSource(spec.Inline, spec.Script);
        var script = new Script(await source.ReadAsync(context.Folders.Workspace, cancellationToken).ConfigureAwait(false))
        {
            Environment = spec.Environment,
            Args = spec.Args,
            Interpreter = spec.Interpreter,
            User = spec.Sudo?.User,
        };
        var watch = new SudoWatch(context.Output);
        var result = await context.Communicator.ExecuteAsync(ScriptCommand.Create(script), watch.Take, cancellationToken).ConfigureAwait(false);
        if (spec.ExitCodes.Contains(result.ExitCode)) return result.ExitCode;
        throw new StepException(
            $"{source.Name} ended with exit code {result.ExitCode}{(spec.ExitCodes is [0] ? "" : $", accepted: {string.Join(", ", spec.ExitCodes)}")}",
            result.ExitCode,
            ScriptHints.For(script, result.ExitCode, watch));
    }

}
