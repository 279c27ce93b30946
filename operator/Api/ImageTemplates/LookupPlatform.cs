namespace ImageOperator.Api.ImageTemplates;

/// <summary>Which platform a look-up asks.</summary>
public static class LookupPlatform
{
    /// <summary>The name of the platform's block of a target: <c>aws</c>; null if no platform is asked.</summary>
    public static string? Of(Lookup lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        return lookup.Aws is null ? null : "aws";
    }
}
