namespace ImageOperator.Runtime.Client;

/// <summary>Names of subresources.</summary>
public static class Subresources
{
    /// <summary>The status subresource.</summary>
    public const string Status = "status";
}
