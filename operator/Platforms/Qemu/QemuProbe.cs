using System.Text.RegularExpressions;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu;

/// <summary>Starts QEMU's programs, and finds out how machines will run on this node.</summary>
/// <param name="options">Where QEMU stands; the defaults if null.</param>
public sealed partial class QemuProbe(QemuOptions? options = null) : IPlatformProbe
{
    private readonly QemuOptions _options = options ?? new QemuOptions();

    /// <inheritdoc/>
    public bool Supports(ImagePlatformSpec platform) => platform?.Qemu is not null;

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var emulator = await VersionAsync(_options.Emulator, cancellationToken).ConfigureAwait(false);
            var tool = await VersionAsync(_options.ImageTool, cancellationToken).ConfigureAwait(false);
            var wanted = context.Platform.Qemu?.Accelerator ?? QemuAccelerator.Auto;
            // A platform that promises KVM must show it; the device alone does not.
            var asked = wanted == QemuAccelerator.Kvm ? QemuAccelerator.Auto : wanted;
            var accelerator = await new AcceleratorChoice(_options, context.Time, context.Cache).ChooseAsync(asked, cancellationToken).ConfigureAwait(false);
            if (wanted == QemuAccelerator.Kvm && accelerator.Kind != AcceleratorKind.Kvm)
            {
                return Failed($"the platform asks for KVM, but {accelerator.Why}: set nodes with /dev/kvm (podTemplate.nodeSelector, kvmResourceName), or accelerator Auto or TCG");
            }

            return new() { Outcome = ProbeOutcome.Works, Message = $"{_options.Emulator} {emulator}, {_options.ImageTool} {tool}; machines run with {accelerator}" };
        }
        catch (PlatformException e)
        {
            return Failed(e.Hint is null ? e.Message : $"{e.Message}: {e.Hint}");
        }
    }

    private static async Task<string> VersionAsync(string program, CancellationToken cancellationToken)
    {
        var outcome = await ProcessRunner.RunAsync(program, ["--version"], output: null, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode != 0)
        {
            throw new PlatformException(FailureKind.Terminal, Api.Conditions.Reasons.MachineFailed, $"{program} --version ended with {outcome.ExitCode}: {outcome.Complaint}");
        }

        var version = Version().Match(outcome.Output);
        return version.Success ? version.Groups[1].Value : "of unknown version";
    }

    private static ProbeResult Failed(string message) => new() { Outcome = ProbeOutcome.Failed, Message = message };

    [GeneratedRegex(@"version (\d+(\.\d+)*)")]
    private static partial Regex Version();
}
