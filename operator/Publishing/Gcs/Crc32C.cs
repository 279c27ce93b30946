using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.Gcs;

/// <summary>The checksum that Google Cloud Storage computes of every object (Castagnoli's polynomial).</summary>
internal static class Crc32C
{
    private const int BufferSize = 1 << 20;

    /// <returns>Big-endian in Base64, as the storage writes it.</returns>
    public static async Task<string> OfAsync(Payload payload, CancellationToken cancellationToken)
    {
        var (crc, buffer) = (uint.MaxValue, new byte[BufferSize]);
        var content = payload.Open();
        await using (content.ConfigureAwait(false))
        {
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read) crc = Append(crc, buffer.AsSpan(0, read));
        }

        return Text(crc);
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Text(Append(uint.MaxValue, bytes));

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var one in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, one);
        return crc;
    }

    private static string Text(uint crc)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return Convert.ToBase64String(bytes);
    }
}
