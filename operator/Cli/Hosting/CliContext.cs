namespace ImageOperator.Cli.Hosting;

/// <summary>What a command has of the process around it; tests give their own.</summary>
internal sealed record CliContext
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What <c>-</c> reads.</summary>
    public required TextReader In { get; init; }

    /// <summary>The environment's settings.</summary>
    public required CliEnvironment Environment { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/>.</summary>
    public required bool Interactive { get; init; }

    /// <summary>Whether a person watches <see cref="Out"/>.</summary>
    public bool InteractiveOut { get; init; }

    /// <summary>The streams and the environment of this process.</summary>
    public static CliContext OfProcess()
    {
        var environment = CliEnvironment.OfProcess();
        return new()
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            Environment = environment,
            Time = TimeProvider.System,
            Interactive = !Console.IsErrorRedirected && !environment.InPipeline,
            InteractiveOut = !Console.IsOutputRedirected && !environment.InPipeline,
        };
    }
}
