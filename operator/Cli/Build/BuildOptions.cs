namespace ImageOperator.Cli.Build;

/// <summary>What the command line of <c>imagectl build</c> says.</summary>
internal sealed record BuildOptions
{
    public required IReadOnlyList<string> Files { get; init; }

    public string? Build { get; init; }

    public string? Template { get; init; }

    public required IReadOnlyList<string> Targets { get; init; }

    public required IReadOnlyList<string> Parameters { get; init; }

    public required IReadOnlyList<string> ParameterFiles { get; init; }

    public IReadOnlyList<string> VariableFiles { get; init; } = [];

    public required IReadOnlyList<string> Secrets { get; init; }

    public string? WorkspaceFolder { get; init; }

    public string? OutputFolder { get; init; }

    public required string StateFolder { get; init; }

    public required string CacheFolder { get; init; }

    public int? Parallel { get; init; }

    public bool SkipTests { get; init; }

    public bool KeepState { get; init; }

    public bool Force { get; init; }

    public LogForm Log { get; init; }
}

/// <summary>How a build tells what goes on.</summary>
internal enum LogForm
{
    /// <summary>A display for people, plain lines elsewhere.</summary>
    Auto,

    /// <summary>Plain lines.</summary>
    Text,

    /// <summary>A JSON object per line.</summary>
    Json,
}
