namespace ImageOperator.Cli.Hosting;

/// <summary>How imagectl ends.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The build failed, the manifests are not valid, or something could not be removed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or what it names, is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>Of a plan, if asked for: something would be built.</summary>
    public const int WouldBuild = 3;

    /// <summary>Interrupted by Ctrl-C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
