namespace ImageOperator.Runtime.Client;

/// <summary>Options of update and merge patch.</summary>
public sealed record UpdateOptions
{
    /// <summary>A subresource, such as <see cref="Subresources.Status"/>.</summary>
    public string? Subresource { get; init; }

    /// <summary>The field manager; the server derives one from the user agent otherwise.</summary>
    public string? FieldManager { get; init; }
}
