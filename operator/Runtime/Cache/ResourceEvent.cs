namespace ImageOperator.Runtime.Cache;

/// <summary>A change in a store. <see cref="Old"/> is null when added, <see cref="New"/> is null when deleted.</summary>
/// <param name="Old">The object before.</param>
/// <param name="New">The object after. In a resync the same as <paramref name="Old"/>.</param>
public sealed record ResourceEvent<T>(T? Old, T? New)
    where T : class
{
    /// <summary>The newest that is known of the object.</summary>
    public T Object => New ?? Old ?? throw new InvalidOperationException("an event without an object");

    /// <summary>Whether the object came into view.</summary>
    public bool IsAdded => Old is null;

    /// <summary>Whether the object went away; the delete itself may have been missed, and <see cref="Old"/> be stale.</summary>
    public bool IsDeleted => New is null;
}
