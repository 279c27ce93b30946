using System.Globalization;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>How many calls of a kind a subscription takes: a bucket that is filled again each second. What is left stands in each answer.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    private readonly Dictionary<string, (double Left, DateTimeOffset At)> _buckets = [];

    /// <summary>How many fit in, and how many more come each second: of reads, deletes and writes.</summary>
    public (int Size, int PerSecond) Reads { get; set; } = (250, 25);

    public (int Size, int PerSecond) Deletes { get; set; } = (200, 10);

    public (int Size, int PerSecond) Writes { get; set; } = (200, 10);

    /// <summary>What a provider says of limits of its own; nothing if null.</summary>
    public string? OfProvider { get; set; }

    /// <returns>The headers of the answer; null: it is throttled.</returns>
    public (string Name, string Value)[]? Take(string method)
    {
        var (kind, limit) = method switch { "GET" or "HEAD" => ("reads", Reads), "DELETE" => ("deletes", Deletes), _ => ("writes", Writes) };
        lock (_buckets)
        {
            var now = time.GetUtcNow();
            var (left, at) = _buckets.GetValueOrDefault(kind, (limit.Size, now));
            left = Math.Min(limit.Size, left + ((now - at).TotalSeconds * limit.PerSecond));
            if (left < 1)
            {
                _buckets[kind] = (left, now);
                return null;
            }

            _buckets[kind] = (left - 1, now);
            (string, string)[] headers = [($"x-ms-ratelimit-remaining-subscription-{kind}", ((int)(left - 1)).ToString(CultureInfo.InvariantCulture))];
            return OfProvider is { } own ? [.. headers, ("x-ms-ratelimit-remaining-resource", own)] : headers;
        }
    }
}
