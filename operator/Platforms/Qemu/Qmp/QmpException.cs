namespace ImageOperator.Platforms.Qemu.Qmp;

/// <summary>QEMU refused a command, or its control socket has closed.</summary>
internal sealed class QmpException(string message, Exception? inner = null) : Exception(message, inner);
