using ImageOperator.Api.Common;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A value that stands in a Secret. The builder pod mounts it as a file; the operator never reads it.</summary>
public sealed record SecretValue
{
    /// <summary>The Secret, of the build's namespace, and the key in it.</summary>
    public required SecretKeyReference SecretKeyRef { get; init; }
}
