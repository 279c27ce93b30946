namespace ImageOperator.Api.Schema;

/// <summary>The value (or each value of the map) may be any JSON (<c>x-kubernetes-preserve-unknown-fields</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FreeFormAttribute : Attribute;
