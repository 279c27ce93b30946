using System.Globalization;

namespace ImageOperator.Controller.Queue;

/// <summary>A calendar month in UTC.</summary>
internal readonly record struct Month(DateTimeOffset Start)
{
    public DateTimeOffset End => Start.AddMonths(1);

    public static Month Of(DateTimeOffset time) => new(new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Of <c>2026-11</c>; null for anything else.</summary>
    public static Month? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? new(start) : null;

    /// <summary>How much of a time is in this month.</summary>
    public TimeSpan Share(DateTimeOffset from, DateTimeOffset to)
    {
        var (start, end) = (from > Start ? from : Start, to < End ? to : End);
        return end > start ? end - start : TimeSpan.Zero;
    }

    public override string ToString() => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
