namespace ImageOperator.Runtime.Queue;

/// <summary>A key to work on, or nothing.</summary>
internal readonly record struct TakenKey<TKey>(bool Taken, TKey Key);
