using System.Globalization;
using System.Text;
using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>Times are those of RFC 3339. The only clock is the build's start, the same in every attempt.</summary>
internal static class DateFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("timestamp()", [], Kinds.String, a => Of(Written(a.Time.ToUniversalTime()))),
        new("formatdate(spec, time)", [Kinds.String], Kinds.String, a => Of(Format(a.Text(0), Parse(a.Text(1)))))
        {
            CheckText = (index, text) =>
            {
                if (index == 0) Format(text, DateTimeOffset.UnixEpoch);
                else Parse(text);
            },
        },
        new("timeadd(time, duration)", [Kinds.String], Kinds.String, a => Of(Add(a.Text(0), a.Text(1)))),
        new("timecmp(time, other)", [Kinds.String], Kinds.Number, a => Of(Parse(a.Text(0)).CompareTo(Parse(a.Text(1))))),
        new("unixtime(time)", [Kinds.String], Kinds.Number, a => Of(Parse(a.Text(0)).ToUnixTimeSeconds())),
    ];

    private static DateTimeOffset Parse(string text) =>
        text.Length >= 20 && text[10] is 'T' or 't' or ' '
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new ExpressionException("the text is not a time: write for example 2026-01-31T23:59:59Z");

    private static string Written(DateTimeOffset time) =>
        time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Add(string time, string duration)
    {
        var back = duration.StartsWith('-');
        if (!Common.Duration.TryParse(back ? duration[1..] : duration, out var span)) throw new ExpressionException("the text is not a duration: write for example 90s, -5m or 1h30m");
        try
        {
            return Written(Parse(time) + (back ? -span.Value : span.Value));
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new ExpressionException("the time is out of range");
        }
    }

    /// <summary>As in HCL: runs of one letter are parts of the time, what stands in single quotes stays as it is.</summary>
    private static string Format(string spec, DateTimeOffset time)
    {
        var result = new StringBuilder();
        for (var i = 0; i < spec.Length;)
        {
            if (spec[i] == '\'') Quoted(spec, ref i, result);
            else if (!char.IsAsciiLetter(spec[i])) result.Append(spec[i++]);
            else
            {
                var begin = i;
                while (i < spec.Length && spec[i] == spec[begin]) i++;
                result.Append(Part(spec[begin..i], time));
            }
        }

        return result.ToString();
    }

    private static void Quoted(string spec, ref int i, StringBuilder result)
    {
        for (i++; i < spec.Length; i++)
        {
            if (spec[i] != '\'')
            {
                result.Append(spec[i]);
            }
            else if (i + 1 < spec.Length && spec[i + 1] == '\'')
            {
                result.Append(spec[i++]);
            }
            else
            {
                i++;
                return;
            }
        }

        throw new ExpressionException("a quote is not closed");
    }

    private static string Part(string part, DateTimeOffset time)
    {
        return part switch
        {
            "YYYY" => In("yyyy"),
            "YY" => In("yy"),
            "MMMM" => In("MMMM"),
            "MMM" => In("MMM"),
            "MM" => In("MM"),
            "M" => In("%M"),
            "DD" => In("dd"),
            "D" => In("%d"),
            "EEEE" => In("dddd"),
            "EEE" => In("ddd"),
            "hh" => In("HH"),
            "h" => In("%H"),
            "HH" => In("hh"),
            "H" => In("%h"),
            "AA" => time.Hour < 12 ? "AM" : "PM",
            "aa" => time.Hour < 12 ? "am" : "pm",
            "mm" => In("mm"),
            "m" => In("%m"),
            "ss" => In("ss"),
            "s" => In("%s"),
            "ZZZZZ" => In("zzz"),
            "ZZZZ" => In("zzz").Replace(":", "", StringComparison.Ordinal),
            "ZZZ" => time.Offset == TimeSpan.Zero ? "UTC" : In("zzz").Replace(":", "", StringComparison.Ordinal),
            "Z" => time.Offset == TimeSpan.Zero ? "Z" : In("zzz"),
            _ => throw new ExpressionException($"\"{part}\" is no part of a time: use YYYY MM DD hh mm ss and so on, and put other letters in single quotes"),
        };

        string In(string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }
}
