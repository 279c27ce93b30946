using System.Globalization;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Reboot;

/// <summary>Boots the machine anew.</summary>
internal sealed class RebootStep(RebootProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        if (spec.When == RebootCondition.IfRequired)
        {
            var answer = await GuestScript.RunAsync(context, "reboot-required.sh", new Dictionary<string, string>(), cancellationToken).ConfigureAwait(false);
            answer.Require("done");
            if (answer.Find("required") is not { } reason)
            {
                context.Output(OutputStream.Stdout, "the system asks for no reboot");
                return null;
            }

            context.Output(OutputStream.Stdout, reason);
        }

        context.Progress("rebooting");
        var command = spec.Command is null ? null : ScriptCommand.Root(spec.Command);
        var result = await context.Communicator.RebootAsync(new() { CommandLine = command, Timeout = spec.ReconnectTimeout.Value }, cancellationToken).ConfigureAwait(false);
        context.Progress("");
        context.Output(OutputStream.Stdout, $"up again after {result.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s, boot {result.BootId}");
        return null;
    }
}
