namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>A command reads no more of its input.</summary>
internal sealed class EndOfInputException() : IOException("the command reads no more");
