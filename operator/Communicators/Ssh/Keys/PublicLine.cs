using System.Buffers.Binary;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>The public half of a key as a line of authorized_keys.</summary>
internal static class PublicLine
{
    public static string Of(PrivateKeyFile key)
    {
        var blob = new KeyHostAlgorithm(key.Key.ToString()!, key.Key).Data;
        var type = Encoding.ASCII.GetString(blob, 4, (int)BinaryPrimitives.ReadUInt32BigEndian(blob));
        return $"{type} {Convert.ToBase64String(blob)} imageoperator";
    }
}
