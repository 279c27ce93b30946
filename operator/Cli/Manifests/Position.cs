namespace ImageOperator.Cli.Manifests;

/// <summary>A place in a file, from 1.</summary>
internal readonly record struct Position(long Line, long Column)
{
    public static Position Start => new(1, 1);
}
