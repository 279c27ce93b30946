namespace ImageOperator.Api.Schema;

/// <summary>The field's texts travel over the connection or in a file that only their reader sees: sensitive parameters may stand in them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TakesSecretsAttribute : Attribute;
