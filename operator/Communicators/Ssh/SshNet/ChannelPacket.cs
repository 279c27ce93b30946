using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>Bytes that a command wrote, in the order in which they came.</summary>
internal readonly record struct ChannelPacket(OutputStream Stream, ReadOnlyMemory<byte> Bytes);
