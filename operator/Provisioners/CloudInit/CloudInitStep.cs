using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.CloudInit;

/// <summary>Waits for cloud-init.</summary>
internal sealed class CloudInitStep(CloudInitProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        context.Progress("waiting for cloud-init");
        var settings = new Dictionary<string, string>
        {
            ["IO_DEGRADED"] = spec.AllowDegraded ? "1" : "",
            ["IO_MISSING"] = spec.Missing.ToString().ToLowerInvariant(),
        };
        var answer = await GuestScript.RunAsync(context, "cloud-init.sh", settings, cancellationToken).ConfigureAwait(false);
        context.Output(OutputStream.Stdout, $"cloud-init: {answer.Require("status")}");
        return answer.ExitCode;
    }
}
