namespace ImageOperator.Api.Schema;

/// <summary>
/// The field does not count for the digest of a build's inputs: it says how a build goes, not what comes out, or what it says is counted
/// otherwise (a name by the input's name, a source by the image that it resolves to).
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotAnInputAttribute : Attribute;
