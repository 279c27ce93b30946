using System.Diagnostics;

namespace ImageOperator.Controller.Tracing;

/// <summary>The operator's own trace source.</summary>
internal static class ControllerActivity
{
    public const string SourceName = "ImageOperator.Controller";

    public static ActivitySource Source { get; } = new(SourceName);
}
