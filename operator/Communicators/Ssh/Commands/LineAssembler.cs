using System.Text;

namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>Makes lines of bytes as they come; decodes whole lines, so that no character is torn between two packets.</summary>
internal sealed class LineAssembler(Action<string> line)
{
    public const int LongestLine = 64 * 1024;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _length;
    private bool _returned;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var text = end < 0 ? bytes : bytes[..end];
            if (!text.IsEmpty) Append(text);
            if (end < 0) return;
            if (bytes[end] == '\n') Deliver();
            else _returned = true;
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Delivers what stands without a line's end.</summary>
    public void Complete()
    {
        if (_length > 0) Deliver();
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        // What a carriage return goes back over is overwritten, as on a terminal: of a progress bar its last state remains.
        if (_returned) (_length, _returned) = (0, false);
        while (text.Length > LongestLine - _length)
        {
            var room = LongestLine - _length;
            text[..room].CopyTo(_buffer.AsSpan(_length));
            _length = LongestLine;
            text = text[room..];
            Split();
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    // An overlong line is delivered in parts, cut between two characters.
    private void Split()
    {
        var cut = _length;
        while (cut > _length - 4 && (_buffer[cut - 1] & 0xC0) == 0x80) cut--;
        if (_buffer[cut - 1] >= 0xC0) cut--;
        else cut = _length;
        var rest = _buffer.AsSpan(cut, _length - cut).ToArray();
        line(Encoding.UTF8.GetString(_buffer, 0, cut));
        rest.CopyTo(_buffer, 0);
        _length = rest.Length;
    }

    private void Deliver()
    {
        line(Encoding.UTF8.GetString(_buffer, 0, _length));
        (_length, _returned) = (0, false);
    }
}
