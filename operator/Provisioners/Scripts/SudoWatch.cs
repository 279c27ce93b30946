using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Scripts;

/// <summary>Passes output on, and notices when nothing but a complaint of sudo came.</summary>
internal sealed class SudoWatch(Action<OutputStream, string> output)
{
    private bool _others;

    /// <summary>What sudo said, if nothing else spoke: then the script never ran.</summary>
    public string? Complaint { get; private set; }

    public bool ScriptRan => _others || Complaint is null;

    /// <summary>The script has told something that is not output.</summary>
    public void ScriptSpoke() => _others = true;

    public void Take(OutputStream stream, string line)
    {
        if (stream == OutputStream.Stderr && line.Contains("sudo:", StringComparison.Ordinal)) Complaint ??= line;
        else if (line.Length > 0) _others = true;
        output(stream, line);
    }
}
