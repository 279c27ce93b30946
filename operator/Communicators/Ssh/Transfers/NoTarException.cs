namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>A folder cannot go as one stream: the machine has no tar.</summary>
internal sealed class NoTarException(string message) : IOException(message);
