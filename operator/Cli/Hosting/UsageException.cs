namespace ImageOperator.Cli.Hosting;

/// <summary>The command cannot be run as it was given; the message says what to change.</summary>
internal sealed class UsageException(string message) : Exception(message);
