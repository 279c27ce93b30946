using System.Text.Json.Serialization;

namespace ImageOperator.Cli.Manifests;

/// <summary>Something wrong in a file.</summary>
internal sealed record Problem(string File, long Line, long Column, string Path, string Message, Severity Severity = Severity.Error)
{
    public Problem(string file, Position at, string path, string message, Severity severity = Severity.Error)
        : this(file, at.Line, at.Column, path, message, severity)
    {
    }

    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Severity == Severity.Warning ? "warning: " : "")}{(Path.Length > 0 ? $"{Path}: " : "")}{Message}";
}

/// <summary>How much a problem matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
internal enum Severity
{
    /// <summary>It cannot be built.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>It could not be judged with these files alone, or is allowed and hardly meant.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}
