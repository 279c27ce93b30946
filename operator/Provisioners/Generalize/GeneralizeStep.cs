using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Generalize;

/// <summary>Removes what makes the machine this one.</summary>
internal sealed class GeneralizeStep(GeneralizeProvisioner spec) : IProvisioner
{
    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["IO_MACHINE_ID"] = Flag(spec.MachineId),
            ["IO_SSH_HOST_KEYS"] = Flag(spec.SshHostKeys),
            ["IO_CLOUD_INIT"] = Flag(spec.CloudInit),
            ["IO_SHELL_HISTORY"] = Flag(spec.ShellHistory),
            ["IO_LOGS"] = Flag(spec.Logs),
            ["IO_DHCP_LEASES"] = Flag(spec.DhcpLeases),
            ["IO_UDEV_RULES"] = Flag(spec.UdevRules),
            ["IO_TEMPORARY_FILES"] = Flag(spec.TemporaryFiles),
            ["IO_RANDOM_SEED"] = Flag(spec.RandomSeed),
            ["IO_BUILD_KEYS"] = Flag(spec.BuildKeys),
            ["IO_PACKAGE_CACHE"] = Flag(spec.PackageCache),
            ["IO_PATHS"] = string.Join('\n', spec.Paths),
        };
        var answer = await GuestScript.RunAsync(context, "generalize.sh", settings, cancellationToken).ConfigureAwait(false);
        foreach (var note in answer.All("note")) context.Output(OutputStream.Stdout, note);
        var left = answer.All("left").ToList();
        if (left.Count > 0)
            throw new StepException($"still on the machine after it was removed: {string.Join(", ", left.Take(10))}", answer.ExitCode, "a process makes it again: stop it before, or switch the option off");
        answer.Require("done");
        context.Output(OutputStream.Stdout, $"removed and verified: {string.Join(", ", answer.All("did"))}");
        return answer.ExitCode;
    }

    private static string Flag(bool set) => set ? "1" : "";
}
