namespace ImageOperator.Api.Validation;

/// <summary>One thing that is wrong with a manifest.</summary>
/// <param name="Path">The field: <c>spec.provisioners[2].shell.inline</c>; empty for the document itself.</param>
/// <param name="Message">What is wrong with it, and the mend.</param>
public sealed record ValidationError(string Path, string Message)
{
    /// <summary>The path and the message.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
