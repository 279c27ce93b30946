namespace ImageOperator.Runtime.Client;

/// <summary>One cause of a failed call, from <c>status.details.causes</c>.</summary>
/// <param name="Reason">A machine-readable word.</param>
/// <param name="Field">The field it is about.</param>
/// <param name="Message">For people.</param>
public sealed record ApiErrorCause(string? Reason, string? Field, string? Message)
{
    /// <summary>The reason of a field that another manager owns.</summary>
    public const string FieldManagerConflict = "FieldManagerConflict";
}
