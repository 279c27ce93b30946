using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ImageOperator.EndToEnd.Tests.Observability;

/// <summary>Reads an ExportTraceServiceRequest of OTLP: protobuf, by the numbers of its fields.</summary>
internal static class OtlpTraces
{
    public static IReadOnlyList<Span> Read(byte[] request)
    {
        var spans = new List<Span>();
        foreach (var resourceSpans in Fields(request).Where(f => f.Number == 1))
        {
            var service = Fields(resourceSpans.Bytes).Where(f => f.Number == 1).SelectMany(r => Fields(r.Bytes)).Where(f => f.Number == 1)
                .Select(a => Attribute(a.Bytes)).FirstOrDefault(a => a.Key == "service.name").Value ?? "";
            spans.AddRange(Fields(resourceSpans.Bytes).Where(f => f.Number == 2).SelectMany(s => Fields(s.Bytes)).Where(f => f.Number == 2).Select(s => Span(s.Bytes, service)));
        }

        return spans;
    }

    private static Span Span(byte[] bytes, string service)
    {
        var span = new Span { Service = service };
        foreach (var field in Fields(bytes))
        {
            switch (field.Number)
            {
                case 1: span.TraceId = Convert.ToHexStringLower(field.Bytes); break;
                case 2: span.Id = Convert.ToHexStringLower(field.Bytes); break;
                case 4: span.Parent = Convert.ToHexStringLower(field.Bytes); break;
                case 5: span.Name = Encoding.UTF8.GetString(field.Bytes); break;
                case 7: span.Start = field.Value; break;
                case 8: span.End = field.Value; break;
                case 9:
                    var (key, value) = Attribute(field.Bytes);
                    span.Attributes[key] = value;
                    break;
                case 15:
                    span.Failed = Fields(field.Bytes).Any(f => f is { Number: 3, Value: 2 });
                    span.StatusMessage = Encoding.UTF8.GetString(Fields(field.Bytes).FirstOrDefault(f => f.Number == 2).Bytes ?? []);
                    break;
                default: break;
            }
        }

        return span;
    }

    private static (string Key, string Value) Attribute(byte[] bytes)
    {
        var fields = Fields(bytes).ToArray();
        var value = Fields(fields.FirstOrDefault(f => f.Number == 2).Bytes ?? []).FirstOrDefault();
        var text = value.Number switch
        {
            1 => Encoding.UTF8.GetString(value.Bytes),
            2 => value.Value == 1 ? "true" : "false",
            3 => ((long)value.Value).ToString(CultureInfo.InvariantCulture),
            4 => BitConverter.UInt64BitsToDouble(value.Value).ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
        return (Encoding.UTF8.GetString(fields.First(f => f.Number == 1).Bytes), text);
    }

    private static IEnumerable<(int Number, ulong Value, byte[] Bytes)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    yield return (number, Varint(message, ref at), []);
                    break;
                case 1:
                    yield return (number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at, 8)), []);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (number, 0, message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    yield return (number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at, 4)), []);
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7}");
            }
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
