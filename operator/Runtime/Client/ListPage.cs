namespace ImageOperator.Runtime.Client;

/// <summary>One page of a list.</summary>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The version that the whole list is consistent at; a watch goes on from it.</param>
/// <param name="Continue">Token of the next page, or null on the last.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue);
