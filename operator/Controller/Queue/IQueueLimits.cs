namespace ImageOperator.Controller.Queue;

/// <summary>The limits as they are now.</summary>
internal interface IQueueLimits
{
    /// <summary>Those of the whole operator.</summary>
    ConcurrencyLimits Overall { get; }

    /// <summary>Those of a platform.</summary>
    ConcurrencyLimits Of(PlatformKey platform);

    /// <summary>Whether the platform was deleted: nothing new starts on it, else its limits would go with it and all that wait would start at once.</summary>
    bool IsGone(PlatformKey platform);

    /// <summary>Why the namespace has no machine-hours left on the platform; null while it has some.</summary>
    ExhaustedHours? Exhausted(string @namespace, PlatformKey platform, DateTimeOffset now);
}

/// <summary>How many targets may be under way at once; null is no limit.</summary>
internal readonly record struct ConcurrencyLimits(int? Total, int? PerNamespace);

/// <summary>A quota that is used up.</summary>
/// <param name="Used">Hours used in this month.</param>
/// <param name="Quota">Hours allowed in a month.</param>
/// <param name="Until">When the month turns.</param>
internal sealed record ExhaustedHours(double Used, int Quota, DateTimeOffset Until);
