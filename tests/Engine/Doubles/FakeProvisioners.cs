using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class FakeProvisioners : IProvisionerFactory
{
    public string Kind => "shell";

    public IProvisioner Create(StepKinds step) => new Shell(step.Shell!.Inline![0]);

    private sealed class Shell(string command) : IProvisioner
    {
        public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
        {
            // What the kinds with reports and breakpoints use of their context.
            if (command.StartsWith("report", StringComparison.Ordinal))
                context.Report(new() { Tool = "tool 1", Score = "7", Findings = [new() { Id = "a", Message = command }] });
            while (command == "hold" && await context.GetResumeOrderAsync(cancellationToken) == Api.Protocol.ResumeOrder.Hold)
            {
                context.Progress("held");
                await Task.Delay(TimeSpan.FromSeconds(2), context.Time, cancellationToken);
            }

            var result = await context.Communicator.ExecuteAsync(new() { CommandLine = command }, context.Output, cancellationToken);
            return result.ExitCode == 0 ? 0 : throw new StepException($"{command} exited with {result.ExitCode}", result.ExitCode, "look at the output");
        }
    }
}
