namespace ImageOperator.Api.Protocol;

/// <summary>How image-builder ends. The result itself stands in the build's status; the code is for people and for pods without status.</summary>
public enum BuilderExitCode
{
    /// <summary>The target succeeded, or the sweep left nothing.</summary>
    Success = 0,

    /// <summary>The target failed; status says why.</summary>
    Failed = 1,

    /// <summary>The command line or the settings are wrong.</summary>
    Usage = 2,

    /// <summary>A newer attempt has taken over.</summary>
    Fenced = 3,

    /// <summary>The result could not be written; the next attempt continues.</summary>
    JournalUnavailable = 4,

    /// <summary>Cancelled, or asked to stop.</summary>
    Cancelled = 5,
}
