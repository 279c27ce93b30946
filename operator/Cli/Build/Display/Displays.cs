using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Build.Display;

/// <summary>Chooses how to show a build.</summary>
internal static class Displays
{
    public static IBuildDisplay Create(LogForm form, CliContext context, IReadOnlyList<string> targets) => form switch
    {
        LogForm.Json => new JsonDisplay(context.Out, context.Time),
        LogForm.Auto when context.Interactive => new LiveDisplay(context, targets),
        _ => new PlainDisplay(context.Out, context.Error, targets),
    };
}
