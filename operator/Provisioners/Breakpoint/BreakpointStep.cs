using System.Globalization;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Breakpoint;

/// <summary>Holds until someone says how to go on, or the time is over.</summary>
internal sealed class BreakpointStep(BreakpointProvisioner spec) : IProvisioner
{
    /// <summary>How soon an order is noticed. A held build costs its API server one small read each time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var end = (context.Time.GetUtcNow() + spec.HoldFor.Value).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var text = $"{ResumeOrders.Held}{end}{(spec.Message is null ? "" : $": {spec.Message}")}";
        context.Progress(text);
        context.Output(OutputStream.Stdout, text);
        context.Output(OutputStream.Stdout, $"to go on: {context.HowToResume} (to stop: imagectl's --stop, or {context.Step}=stop)");
        while (true)
        {
            var order = await context.GetResumeOrderAsync(cancellationToken).ConfigureAwait(false);
            if (order == ResumeOrder.Continue) return Go(context, "resumed");
            if (order == ResumeOrder.Stop) throw new StepException("someone stopped the build at this breakpoint", hint: $"imagectl resume --stop, or the annotation {Labels.Resume}, said so");
            var rest = spec.HoldFor.Value - context.Time.GetElapsedTime(started);
            if (rest <= TimeSpan.Zero) break;
            await Task.Delay(rest < Interval ? rest : Interval, context.Time, cancellationToken).ConfigureAwait(false);
        }

        return spec.OnTimeout == BreakpointEnd.Continue
            ? Go(context, $"nobody said anything for {spec.HoldFor}: going on")
            : throw new StepException($"nobody resumed the build within {spec.HoldFor}", hint: "raise breakpoint.holdFor, or set breakpoint.onTimeout to Continue");
    }

    private static int? Go(ProvisionContext context, string text)
    {
        context.Progress("");
        context.Output(OutputStream.Stdout, text);
        return null;
    }
}
