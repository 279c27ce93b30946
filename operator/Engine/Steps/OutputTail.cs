namespace ImageOperator.Engine.Steps;

/// <summary>Keeps the last lines of a step's output, bounded in lines and characters: status has no room for more.</summary>
internal sealed class OutputTail(int lines = 40, int characters = 4096)
{
    private readonly Queue<string> _lines = new();
    private readonly Lock _lock = new();
    private int _characters;

    public void Add(string line)
    {
        if (line.Length > characters) line = line[..characters];
        lock (_lock)
        {
            _lines.Enqueue(line);
            _characters += line.Length + 1;
            while (_lines.Count > lines || _characters > characters) _characters -= _lines.Dequeue().Length + 1;
        }
    }

    /// <summary>The lines; null if nothing was printed.</summary>
    public string? Text
    {
        get
        {
            lock (_lock) return _lines.Count == 0 ? null : string.Join('\n', _lines);
        }
    }
}
