using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

internal static class NetworkFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("cidrhost(prefix, number)", [Kinds.String, Kinds.Number], Kinds.String, a => Of(Host(Prefix.Parse(a.Text(0)), a.Whole(1, int.MinValue, int.MaxValue)))),
        new("cidrnetmask(prefix)", [Kinds.String], Kinds.String, a => Of(Netmask(Prefix.Parse(a.Text(0))))),
        new("cidrsubnet(prefix, bits, number)", [Kinds.String, Kinds.Number], Kinds.String, a => Of(Subnet(Prefix.Parse(a.Text(0)), a.Whole(1, 0, 128), a.Whole(2, 0, int.MaxValue)))),
    ];

    private static string Host(Prefix prefix, int number)
    {
        var last = prefix.HostBits == 128 ? UInt128.MaxValue : ((UInt128)1 << prefix.HostBits) - 1;
        var fromEnd = (UInt128)(-(long)number - 1);
        var offset = number >= 0 ? (UInt128)number : fromEnd <= last ? last - fromEnd : UInt128.MaxValue;
        return offset <= last && (number >= 0 || fromEnd <= last) ? Prefix.Address(prefix.Network + offset, prefix.Bits) : throw new ExpressionException("the prefix has no such host");
    }

    private static string Netmask(Prefix prefix) => prefix.Bits == 32
        ? Prefix.Address(prefix.Mask, 32)
        : throw new ExpressionException("only IPv4 has netmasks");

    private static string Subnet(Prefix prefix, int bits, int number)
    {
        var length = prefix.Length + bits;
        if (length > prefix.Bits || (bits < 31 && number >= 1 << bits)) throw new ExpressionException("the prefix has no such subnet");
        var network = prefix.Network + (length == 0 ? 0 : (UInt128)number << (prefix.Bits - length));
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix.Address(network, prefix.Bits)}/{length}");
    }

    private readonly record struct Prefix(UInt128 Network, int Length, int Bits)
    {
        public int HostBits => Bits - Length;

        public UInt128 Mask => Length == 0 ? 0 : (Bits == 32 ? uint.MaxValue : UInt128.MaxValue) >> HostBits << HostBits;

        public static Prefix Parse(string text)
        {
            var parts = text.Split('/');
            if (parts.Length == 2 && IPAddress.TryParse(parts[0], out var address) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                var bytes = address.GetAddressBytes();
                var bits = bytes.Length * 8;
                if (length <= bits)
                {
                    var value = bits == 32 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
                    var whole = new Prefix(value, length, bits);
                    return whole with { Network = value & whole.Mask };
                }
            }

            throw new ExpressionException("the text is not a prefix: write for example 10.0.0.0/16");
        }

        public static string Address(UInt128 value, int bits)
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
            var address = new IPAddress(bits == 32 ? bytes.AsSpan(12) : bytes);
            return address.AddressFamily == AddressFamily.InterNetwork || bits == 128 ? address.ToString() : "";
        }
    }
}
