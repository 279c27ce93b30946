namespace ImageOperator.Runtime.Client;

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="ResourceVersion">The version that a watch goes on from after this event.</param>
/// <param name="Object">The object after it; null on <see cref="WatchType.Bookmark"/>.</param>
public sealed record WatchEvent<T>(WatchType Type, string ResourceVersion, T? Object)
    where T : class;

/// <summary>What a watch event tells.</summary>
public enum WatchType
{
    /// <summary>An object came into view.</summary>
    Added,

    /// <summary>An object changed.</summary>
    Modified,

    /// <summary>An object went away.</summary>
    Deleted,

    /// <summary>Progress without a change.</summary>
    Bookmark,
}
