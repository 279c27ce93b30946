using System.Diagnostics;

namespace ImageOperator.Runtime;

/// <summary>The runtime's trace source.</summary>
public static class RuntimeActivity
{
    /// <summary>The source's name, to subscribe to.</summary>
    public const string SourceName = "ImageOperator.Runtime";

    internal static ActivitySource Source { get; } = new(SourceName);
}
