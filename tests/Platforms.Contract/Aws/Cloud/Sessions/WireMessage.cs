using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

/// <summary>A message as the agent reads and writes it: written for itself, so that a mistake of the product is not made here too.</summary>
internal sealed record WireMessage(string Type, long Sequence, uint PayloadType, byte[] Payload)
{
    private const int Header = 116;

    public byte[] Id { get; init; } = Guid.NewGuid().ToByteArray(bigEndian: true);

    public ulong Flags { get; init; }

    public string IdText => new Guid(Id, bigEndian: true).ToString();

    public static WireMessage Read(byte[] frame)
    {
        using var reader = new BinaryReader(new MemoryStream(frame));
        Assert.Equal(Header, Int(reader));
        var type = Encoding.UTF8.GetString(reader.ReadBytes(32)).TrimEnd(' ', '\0');
        Assert.Equal(1, Int(reader));
        Assert.InRange(Long(reader), 1_000_000_000_000, long.MaxValue);
        var (sequence, flags) = (Long(reader), (ulong)Long(reader));
        var (low, high, digest) = (reader.ReadBytes(8), reader.ReadBytes(8), reader.ReadBytes(32));
        var payloadType = (uint)Int(reader);
        var payload = reader.ReadBytes(Int(reader));
        Assert.Equal(frame.Length, reader.BaseStream.Position);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(payload)), Convert.ToHexString(digest));
        return new(type, sequence, payloadType, payload) { Id = [.. high, .. low], Flags = flags };
    }

    public byte[] Write()
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(IPAddress.HostToNetworkOrder(Header));
        writer.Write(Encoding.UTF8.GetBytes(Type.PadRight(32)));
        writer.Write(IPAddress.HostToNetworkOrder(1));
        writer.Write(IPAddress.HostToNetworkOrder(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        writer.Write(IPAddress.HostToNetworkOrder(Sequence));
        writer.Write(IPAddress.HostToNetworkOrder((long)Flags));
        writer.Write(Id[8..]);
        writer.Write(Id[..8]);
        writer.Write(SHA256.HashData(Payload));
        writer.Write(IPAddress.HostToNetworkOrder((int)PayloadType));
        writer.Write(IPAddress.HostToNetworkOrder(Payload.Length));
        writer.Write(Payload);
        return stream.ToArray();
    }

    private static int Int(BinaryReader reader) => IPAddress.NetworkToHostOrder(reader.ReadInt32());

    private static long Long(BinaryReader reader) => IPAddress.NetworkToHostOrder(reader.ReadInt64());
}
