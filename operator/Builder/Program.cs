using System.CommandLine;
using System.Runtime.InteropServices;
using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Logging;
using ImageOperator.Builder.Pod;
using ImageOperator.Builder.Probe;
using ImageOperator.Builder.Run;
using ImageOperator.Builder.Sweep;

var common = new PodCommandLine();
var attempt = new Option<int>("--attempt") { Description = "The attempt, from 1: the fencing token", Required = true };

var run = new Command("run", "Work at one target of an ImageBuild, from where the last attempt left it");
common.AddTo(run);
run.Options.Add(attempt);
run.SetAction(async (result, _) => (int)await WithSignalsAsync(
    token => new RunCommand(common.Read(result), result.GetRequiredValue(attempt), TimeProvider.System).RunAsync(token)).ConfigureAwait(false));

var sweep = new Command("sweep", "Remove what the builders of a target left");
common.AddTo(sweep);
sweep.SetAction(async (result, _) => (int)await WithSignalsAsync(
    token => new SweepCommand(common.Read(result), TimeProvider.System).RunAsync(token)).ConfigureAwait(false));

var platform = new Option<string>(ProbeResult.PlatformOption) { Description = "The platform's spec, as JSON", Required = true };
var strays = new Option<string?>(StrayOrder.Option) { Description = "What is needed to look for strays, as JSON; without it they are not looked for" };
var probe = new Command("probe", "Say whether a platform can be used") { platform, strays };
probe.SetAction(async (result, _) => (int)await WithSignalsAsync(
    token => new ProbeCommand(result.GetRequiredValue(platform), result.GetValue(strays), Composition.Probes, TimeProvider.System).RunAsync(token)).ConfigureAwait(false));

var file = new Argument<string>("FILE") { Description = "The file" };
var print = new Command(StoreReader.Command, "Print a file as base64: imagectl reads logs so that are stored with images") { file };
print.SetAction(async (result, token) => (int)await PrintCommand.RunAsync(result.GetRequiredValue(file), Console.Out, token).ConfigureAwait(false));

var root = new RootCommand("image-builder builds one target of an ImageBuild; the operator runs it in pods") { run, sweep, probe, print };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await parsed.InvokeAsync().ConfigureAwait(false);
    return (int)BuilderExitCode.Usage;
}

// Signals are handled here: the engine needs its clean-up time after the first, which is the pod's grace period.
return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null }).ConfigureAwait(false);

static async Task<BuilderExitCode> WithSignalsAsync(Func<CancellationToken, Task<BuilderExitCode>> action)
{
    using var stopping = new CancellationTokenSource();
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    return await action(stopping.Token).ConfigureAwait(false);

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stopping.Cancel();
    }
}
