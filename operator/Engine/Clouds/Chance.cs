namespace ImageOperator.Engine.Clouds;

internal static class Chance
{
    /// <summary>A part of it between the two, by chance.</summary>
    public static TimeSpan Of(TimeSpan length, double least, double most)
    {
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return length * (least + (Random.Shared.NextDouble() * (most - least)));
#pragma warning restore CA5394
    }
}
