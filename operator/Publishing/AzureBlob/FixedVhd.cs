using System.Buffers.Binary;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Tells a VHD of fixed size, which is a disk with a footer, by that footer.</summary>
internal static class FixedVhd
{
    private const int FooterSize = 512;
    private const int TypeOffset = 60;
    private const uint FixedType = 2;

    public static async Task<bool> IsAsync(Payload payload, CancellationToken cancellationToken)
    {
        if (payload.Length <= FooterSize || payload.Length % FooterSize != 0) return false;
        var footer = new byte[FooterSize];
        var stream = payload.Open(payload.Length - FooterSize, FooterSize);
        await using (stream.ConfigureAwait(false)) await stream.ReadExactlyAsync(footer, cancellationToken).ConfigureAwait(false);
        return footer.AsSpan().StartsWith("conectix"u8) && BinaryPrimitives.ReadUInt32BigEndian(footer.AsSpan(TypeOffset)) == FixedType;
    }
}
