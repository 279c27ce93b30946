namespace ImageOperator.Api.Schema;

/// <summary>A column of <c>kubectl get</c>, in the order of declaration.</summary>
/// <param name="name">The column's heading.</param>
/// <param name="type">An OpenAPI type: string, integer, number, boolean or date.</param>
/// <param name="jsonPath">Where the value stands in the object.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>The column's heading.</summary>
    public string Name { get; } = name;

    /// <summary>The OpenAPI type.</summary>
    public string Type { get; } = type;

    /// <summary>Where the value stands.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>0 is always shown; above 0 only with <c>-o wide</c>.</summary>
    public int Priority { get; init; }

    /// <summary>What the column means.</summary>
    public string? Description { get; init; }
}
