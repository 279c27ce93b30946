using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>A <c>NAME=VALUE</c> of the command line.</summary>
internal readonly record struct NamedValue(string Name, string Value)
{
    /// <exception cref="UsageException">It has no name or no equals sign.</exception>
    public static NamedValue Parse(string text, string option)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        // What stands there may be a secret put into the wrong place: it is not repeated.
        return at > 0 ? new(text[..at], text[(at + 1)..]) : throw new UsageException($"{option} wants NAME=VALUE");
    }
}
