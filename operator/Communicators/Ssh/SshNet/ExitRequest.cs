using System.Buffers.Binary;
using System.Text;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>Reads how a command ended: RFC 4254, 6.10. The data stand behind the reply flag.</summary>
internal static class ExitRequest
{
    public static uint ReadStatus(ReadOnlySpan<byte> request) => BinaryPrimitives.ReadUInt32BigEndian(Data(request));

    public static string ReadSignal(ReadOnlySpan<byte> request)
    {
        var data = Data(request);
        return Encoding.ASCII.GetString(data.Slice(4, (int)BinaryPrimitives.ReadUInt32BigEndian(data)));
    }

    private static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> request) => request[1..];
}
