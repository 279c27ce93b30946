namespace ImageOperator.Runtime.Client;

/// <summary>Options of server-side apply.</summary>
/// <param name="FieldManager">Who owns the applied fields.</param>
public sealed record ApplyOptions(string FieldManager)
{
    /// <summary>Take fields over from other managers instead of failing with a conflict.</summary>
    public bool Force { get; init; }

    /// <summary>A subresource, such as <see cref="Subresources.Status"/>.</summary>
    public string? Subresource { get; init; }
}
