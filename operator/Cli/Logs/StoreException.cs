namespace ImageOperator.Cli.Logs;

/// <summary>An output store cannot be read.</summary>
internal sealed class StoreException(string message) : Exception(message);
